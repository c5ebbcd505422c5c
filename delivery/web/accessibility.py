"""What a public body has to say of its pages to those who cannot use them as others do."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from delivery.web.site import Site

routes = APIRouter(include_in_schema=False)


@routes.get("/accessibility")
def accessibility(request: Request) -> Response:
    """The statement; for everybody, because who cannot sign in has to be able to read it."""
    site: Site = request.app.state.site
    return site.page("accessibility")

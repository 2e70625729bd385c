using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Eip.Api.OpenApi;

/// <summary>The OpenAPI document, and a page of ours that shows it: nothing is loaded from elsewhere.</summary>
internal static class DescriptionEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapOpenApi("/openapi/{documentName}.json");
        MapFile(routes, "/openapi", "page.html", "text/html; charset=utf-8");
        MapFile(routes, "/openapi/page.js", "page.js", "text/javascript; charset=utf-8");
        MapFile(routes, "/openapi/page.css", "page.css", "text/css; charset=utf-8");
    }

    private static void MapFile(IEndpointRouteBuilder routes, string path, string name, string contentType)
    {
        byte[] bytes = Read(name);
        routes.MapGet(path, () => TypedResults.Bytes(bytes, contentType)).ExcludeFromDescription();
    }

    private static byte[] Read(string name)
    {
        using var stream = typeof(DescriptionEndpoints).Assembly.GetManifestResourceStream("Eip.Api.OpenApi." + name)
            ?? throw new InvalidOperationException($"The file {name} of the API's page is missing from the assembly.");
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }
}

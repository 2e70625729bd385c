using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Eip.Api.Http;

/// <summary>HEAD wherever there is GET: the same answer without its body, which the server leaves out (RFC 9110 §9.3.2).</summary>
internal static class HeadRequests
{
    public static void Add(IEndpointConventionBuilder endpoints) => endpoints.Add(static endpoint =>
    {
        if (endpoint.Metadata.OfType<IHttpMethodMetadata>().LastOrDefault() is { HttpMethods: ["GET"] } methods)
        {
            endpoint.Metadata.Remove(methods);
            endpoint.Metadata.Add(new HttpMethodMetadata([HttpMethods.Get, HttpMethods.Head]));
        }
    });
}

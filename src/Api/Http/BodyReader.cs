using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Eip.Api.Http;

/// <summary>Reads small JSON bodies: of the right type, not too long, without a field that is not known.</summary>
internal static class BodyReader
{
    public static async ValueTask<T> ReadAsync<T>(ApiRequest request, JsonTypeInfo<T> type)
    {
        var http = request.Context.Request;
        if (!http.HasJsonContentType())
            throw new ApiProblemException(StatusCodes.Status415UnsupportedMediaType, "media-type", "Content-Type", "The body is application/json.");
        if (request.Context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = request.Options.MaxBodyBytes;
        try
        {
            using var limited = new MemoryStream();
            byte[] buffer = new byte[4096];
            int read;
            while ((read = await http.Body.ReadAsync(buffer, request.Cancellation)) > 0)
            {
                if (limited.Length + read > request.Options.MaxBodyBytes)
                    throw new ApiProblemException(StatusCodes.Status413PayloadTooLarge, "too-large", null, $"This body has at most {request.Options.MaxBodyBytes} bytes.");
                limited.Write(buffer, 0, read);
            }

            return JsonSerializer.Deserialize(limited.GetBuffer().AsSpan(0, (int)limited.Length), type) ?? throw ApiProblemException.BadBody(null, "A JSON object is needed.");
        }
        catch (IOException exception) when (exception is not BadHttpRequestException)
        {
            throw ApiProblemException.BadBody(null, $"The body cannot be read to its end. {exception.Message}");
        }
        catch (JsonException exception)
        {
            string? field = exception.Path is { Length: > 2 } path ? path[2..] : null;
            throw ApiProblemException.BadBody(field, field is null ? "This is not a JSON object of the fields that are known." : $"{field} is unknown here, or not of its type.");
        }
    }
}

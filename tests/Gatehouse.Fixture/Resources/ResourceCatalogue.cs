using System.Text.Json;
using Gatehouse.Fixture.Tools;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Gatehouse.Fixture.Resources;

/// <summary>The resources, and the one template.</summary>
internal static class ResourceCatalogue
{
    private const string TextUri = "test://static-text";
    private const string BinaryUri = "test://static-binary";
    private const string WatchedUri = "test://watched-resource";
    private const string TemplateStart = "test://template/";
    private const string TemplateEnd = "/data";

    public static ListResourcesResult List() => new()
    {
        Resources =
        [
            new() { Uri = TextUri, Name = "static-text", Description = "A text that never changes", MimeType = "text/plain" },
            new() { Uri = BinaryUri, Name = "static-binary", Description = "An image that never changes", MimeType = "image/png" },
            new() { Uri = WatchedUri, Name = "watched-resource", Description = "A text one can subscribe to", MimeType = "text/plain" },
        ],
    };

    public static ListResourceTemplatesResult ListTemplates() => new()
    {
        ResourceTemplates =
        [
            new() { UriTemplate = $"{TemplateStart}{{id}}{TemplateEnd}", Name = "template", Description = "Data by id",
                MimeType = "application/json" },
        ],
    };

    public static ReadResourceResult Read(RequestContext<ReadResourceRequestParams> request)
    {
        var uri = request.Params.Uri;
        return new() { Contents = [Contents(uri) ?? throw NotFound(request, uri)] };
    }

    private static ResourceContents? Contents(string uri) => uri switch
    {
        TextUri => Text(uri, "text/plain", "This is the content of the static text resource."),
        WatchedUri => Text(uri, "text/plain", "This is the content of the watched resource."),
        BinaryUri => BlobResourceContents.FromBytes(Content.Png, uri, "image/png"),
        _ when IdOf(uri) is { } id =>
            Text(uri, "application/json", JsonSerializer.Serialize(new { id, templateTest = true, data = $"Data for ID: {id}" })),
        _ => null,
    };

    private static string? IdOf(string uri)
    {
        if (!uri.StartsWith(TemplateStart, StringComparison.Ordinal) || !uri.EndsWith(TemplateEnd, StringComparison.Ordinal)) return null;
        var id = uri.Length > TemplateStart.Length + TemplateEnd.Length ? uri[TemplateStart.Length..^TemplateEnd.Length] : "";
        return id.Length > 0 && !id.Contains('/', StringComparison.Ordinal) ? id : null;
    }

    private static TextResourceContents Text(string uri, string mimeType, string text) =>
        new() { Uri = uri, MimeType = mimeType, Text = text };

    private static McpProtocolException NotFound(RequestContext<ReadResourceRequestParams> request, string uri)
    {
        var version = request.JsonRpcRequest.Context?.ProtocolVersion ?? request.Server.NegotiatedProtocolVersion;
        var code = ProtocolVersions.IsModern(version) ? McpErrorCode.InvalidParams : McpErrorCode.ResourceNotFound;
        return new($"Unknown resource URI: '{uri}'", code) { Data = { ["uri"] = uri } };
    }
}

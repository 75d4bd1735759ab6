using System.Security.Cryptography;

namespace Gatehouse.AuthorizationServer.Pages;

/// <summary>The one style sheet of the pages.</summary>
internal static class Stylesheet
{
    /// <summary>Path under which it is served.</summary>
    public const string Path = "/oauth/style.css";

    /// <summary>Media type.</summary>
    public const string MediaType = "text/css; charset=utf-8";

    /// <summary>Its lifetime in caches: its address changes with its content.</summary>
    public const string CacheControl = "public, max-age=31536000, immutable";

    /// <summary>The content.</summary>
    public static ReadOnlyMemory<byte> Content { get; } = Read();

    /// <summary>Path with a digest of the content, as pages name it: no page meets the style sheet of another build in a cache.</summary>
    public static string Address { get; } = $"{Path}?v={Convert.ToHexStringLower(SHA256.HashData(Content.Span))[..12]}";

    private static byte[] Read()
    {
        using var stream = typeof(Stylesheet).Assembly.GetManifestResourceStream(typeof(Stylesheet).Namespace + ".style.css")!;
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }
}

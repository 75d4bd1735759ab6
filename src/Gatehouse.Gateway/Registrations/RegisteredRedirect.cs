namespace Gatehouse.Gateway.Registrations;

/// <summary>A redirect URI of a registration.</summary>
/// <param name="Platform">The member of its platform: <c>web</c>, <c>spa</c> or <c>publicClient</c>.</param>
/// <param name="Path">Its JSON path.</param>
/// <param name="Text">The text.</param>
internal sealed record RegisteredRedirect(string Platform, string Path, string Text)
{
    /// <summary>The member of web servers.</summary>
    public const string Web = "web";

    /// <summary>The member of pages in a browser.</summary>
    public const string Spa = "spa";

    /// <summary>The member of mobile and desktop programs.</summary>
    public const string PublicClient = "publicClient";

    /// <summary>The address; null where the text is another thing.</summary>
    public Uri? Address { get; } = Uri.TryCreate(Text, UriKind.Absolute, out var address) ? address : null;

    /// <summary>Whether the address is of the web (HTTP or HTTPS).</summary>
    public bool IsHttp => Address is { } address && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps);

    /// <summary>Whether the address is of the machine of the browser. <see cref="Uri"/> also counts the name <c>loopback</c>.</summary>
    public bool IsLoopback => IsHttp && Address!.IsLoopback && !Text.Contains("://loopback", StringComparison.OrdinalIgnoreCase);
}

namespace Gatehouse.Settings;

/// <summary>The administration interface over HTTP: a listener of its own, never that of MCP.</summary>
public sealed record AdministrationHttpSettings
{
    private readonly OriginTexts texts = new();

    /// <summary>Address and TLS.</summary>
    public required ListenSettings Listen { get; init; }

    /// <summary>Origin under which programs reach it; the only host that is served. Default <see cref="Listen"/>.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>The origin as a text, such as <c>https://admin.example.com</c>.</summary>
    public string Origin => texts.Origin(PublicUrl ?? Listen.Url);

    /// <summary>The only value of the header Host that is served.</summary>
    public string Authority => texts.Authority(PublicUrl ?? Listen.Url);
}

using Microsoft.Extensions.Configuration;

namespace EntraLocalServer;

/// <summary>The settings below <c>Entra</c>, from <c>appsettings.json</c> or the environment (<c>Entra__ClientId</c>).</summary>
public sealed class EntraOptions
{
    /// <summary>The tenant: its id or a domain of it.</summary>
    public string TenantId { get; set; } = "";

    /// <summary>The id of the application, as the registration shows it.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>The login service. Another one for national clouds and for the stand-in.</summary>
    public string Instance { get; set; } = "https://login.microsoftonline.com";

    /// <summary>Microsoft Graph. Another one for national clouds and for the stand-in.</summary>
    public string Graph { get; set; } = "https://graph.microsoft.com";

    /// <summary>False for a login service that Microsoft's list of clouds does not name.</summary>
    public bool InstanceDiscovery { get; set; } = true;

    /// <summary>The way of signing in: <c>interactive</c>, or <c>deviceCode</c> for a machine without a browser.</summary>
    public string SignIn { get; set; } = "interactive";

    /// <summary>False to go to the browser even where the platform has a broker.</summary>
    public bool Broker { get; set; } = true;

    /// <summary>The folder of the token cache.</summary>
    public string CacheFolder { get; set; } =
        Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "entra-local-server");

    /// <summary>A certificate (PEM) to trust beside those of the system, for the stand-in. Validation is never off.</summary>
    public string? TrustedCertificateFile { get; set; }

    /// <summary>Reads and checks the settings.</summary>
    /// <exception cref="InvalidOperationException">A setting is unknown, missing or wrong; the text names it and says what to do.</exception>
    public static EntraOptions Read(IConfiguration configuration)
    {
        var section = configuration.GetSection("Entra");
        var known = typeof(EntraOptions).GetProperties().Select(static property => property.Name).ToList();
        if (section.GetChildren().FirstOrDefault(child => !known.Contains(child.Key, StringComparer.OrdinalIgnoreCase)) is { } unknown)
            throw Wrong(unknown.Key, $"is not a setting. The settings are {string.Join(", ", known)}");
        foreach (var name in new[] { nameof(InstanceDiscovery), nameof(Broker) })
        {
            if (section[name] is { } text && !bool.TryParse(text, out _)) throw Wrong(name, $"is '{text}'. Use true or false");
        }

        var options = section.Get<EntraOptions>() ?? new EntraOptions();
        // 'common' and 'organizations' would let accounts of every tenant sign in.
        if (options.TenantId.Length == 0 || options.TenantId is "common" or "organizations" or "consumers" || options.TenantId.Contains('/'))
            throw Wrong(nameof(TenantId), $"is '{options.TenantId}'. Use the id of one tenant, or its domain");
        if (!Guid.TryParse(options.ClientId, out _))
            throw Wrong(nameof(ClientId), $"is '{options.ClientId}'. Use the Application (client) ID of the registration");
        if (!IsOrigin(options.Instance)) throw Wrong(nameof(Instance), $"is '{options.Instance}'. Use an https address without a path");
        if (!IsOrigin(options.Graph)) throw Wrong(nameof(Graph), $"is '{options.Graph}'. Use an https address without a path");
        if (options.SignIn is not ("interactive" or "deviceCode"))
            throw Wrong(nameof(SignIn), $"is '{options.SignIn}'. Use interactive or deviceCode");
        if (!Path.IsPathFullyQualified(options.CacheFolder)) throw Wrong(nameof(CacheFolder), "is not an absolute path");
        return options;
    }

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps
        && uri.GetLeftPart(UriPartial.Authority) == text.TrimEnd('/');

    private static InvalidOperationException Wrong(string name, string fault) =>
        new($"Entra:{name} {fault}. Set it in appsettings.json beside the program, or as Entra__{name} in the environment.");
}

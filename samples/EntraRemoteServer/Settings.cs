using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Configuration.Json;

namespace EntraRemoteServer;

/// <summary>The configuration. <see cref="Faults"/> checks it whole before anything starts.</summary>
internal sealed class Settings(IConfigurationRoot configuration)
{
    /// <summary>The scope that MCP clients request here. It is no scope of Entra or Graph.</summary>
    public const string Scope = "mcp.call";

    /// <summary>The app role at Entra that may call the tools.</summary>
    public const string Role = "Mcp.Operator";

    private X509Certificate2? storeCertificate, certificate;

    /// <summary>Address of the MCP endpoint. It is the resource of every token.</summary>
    public Uri Url => new(configuration["Server:Url"]!);

    /// <summary>Issuer of the tokens, and the origin of every other address.</summary>
    public Uri Issuer => new(Url, "/");

    /// <summary>Certificate with private key that seals the key ring of the token store.</summary>
    public X509Certificate2 StoreCertificate =>
        storeCertificate ??= X509Certificate2.CreateFromPemFile(configuration["Server:StoreCertificate"]!, configuration["Server:StoreKey"]);

    /// <summary>Scope of the own API at Entra. An application may request it for itself only with the GUID in front (AADSTS90009).</summary>
    public string EntraScope => $"{EntraClient}/{configuration["Entra:Scope"]}";

    /// <summary>The proof of this server at Entra: Secret, Certificate, TokenFile (workload identity federation) or ManagedIdentity.</summary>
    public string? Credential => configuration["Entra:Credential"];

    /// <summary>Certificate with private key that signs assertions. The registration has the certificate, and the key stays here.</summary>
    public X509Certificate2 Certificate =>
        certificate ??= X509Certificate2.CreateFromPemFile(configuration["Entra:Certificate"]!, configuration["Entra:CertificateKey"]);

    /// <summary>Client ID of a user-assigned managed identity; null for the system-assigned one.</summary>
    public string? ManagedIdentity => configuration["Entra:ManagedIdentityClientId"];

    public string Authority => $"{configuration["Entra:Instance"]!.TrimEnd('/')}/{configuration["Entra:TenantId"]}";
    public string EntraClient => configuration["Entra:ClientId"]!;
    public string? Secret => configuration["Entra:ClientSecret"];
    public string? TokenFile => configuration["Entra:TokenFile"] ?? configuration["AZURE_FEDERATED_TOKEN_FILE"];
    public string Store => configuration["Server:Store"]!;
    public string ClientId => configuration["Client:Id"]!;
    public IEnumerable<string?> RedirectUris => configuration.GetSection("Client:RedirectUris").GetChildren().Select(entry => entry.Value);
    public Uri Graph => new(configuration["Graph:Url"]!.TrimEnd('/') + "/");

    /// <summary>Each wrong option as one line: where, what, and what to do.</summary>
    public IEnumerable<string> Faults()
    {
        foreach (var key in Of("Server:Store", "Client:Id", "Entra:Scope").Where(key => configuration[key] is null or ""))
            yield return $"{key}: is missing. README.md says where the value comes from.";
        foreach (var key in Of("Server:Url", "Entra:Instance", "Graph:Url").Where(key => !IsHttps(configuration[key])))
            yield return $"{key}: is not an https address without query. Write it as https://host/path.";
        foreach (var key in Of("Entra:TenantId", "Entra:ClientId").Where(key => !Guid.TryParseExact(configuration[key], "D", out _)))
            yield return $"{key}: is not a GUID. Copy it from the app registration. Words such as common would let every Microsoft account sign in.";

        // Exact redirect URIs (RFC 9700, 2.1). Where the host is loopback, OpenIddict leaves the port to the client (RFC 8252, 7.3).
        if (!RedirectUris.Any()) yield return "Client:RedirectUris: is empty. Name that of the MCP client, such as http://127.0.0.1/callback.";
        foreach (var uri in RedirectUris.Where(uri => !IsHttps(uri) && !(Uri.TryCreate(uri, UriKind.Absolute, out var read) && read.IsLoopback)))
            yield return $"Client:RedirectUris: {uri} is neither https nor on loopback. Write the exact URI of the client, without a wildcard.";

        if (Credential is not ("Secret" or "Certificate" or "TokenFile" or "ManagedIdentity"))
            yield return $"Entra:Credential: is {Credential}. Use Secret, Certificate, TokenFile or ManagedIdentity.";
        if (configuration.Providers.OfType<JsonConfigurationProvider>().Any(file => file.TryGet("Entra:ClientSecret", out _))) // CWE-312
            yield return "Entra:ClientSecret: is in a JSON file. Remove it there and set the environment variable Entra__ClientSecret.";
        if (Credential == "Secret" && string.IsNullOrEmpty(Secret))
            yield return "Entra:ClientSecret: is missing. Set the environment variable Entra__ClientSecret, or use Entra:Credential TokenFile.";
        if (Credential != "Secret" && !string.IsNullOrEmpty(Secret))
            yield return $"Entra:ClientSecret: is set, and {Credential} needs no secret. Remove it here and in the app registration.";
        if (Credential == "Certificate" && Failure(() => _ = Certificate.GetRSAPrivateKey() ?? throw new CryptographicException()) is { } noProof)
            yield return $"Entra:Certificate: cannot be read ({noProof}). Name an RSA certificate, and its key in Entra:CertificateKey, both PEM.";
        if (Credential == "TokenFile" && !File.Exists(TokenFile))
            yield return $"Entra:TokenFile: no file is at '{TokenFile}'. Name the token file that the platform mounts.";

        if (Failure(() => Directory.CreateDirectory(Store)) is { } noFolder)
            yield return $"Server:Store: the folder {Store} cannot be made ({noFolder}). Name a folder that the account of this server may write to.";
        if (Failure(() => _ = StoreCertificate.GetRSAPrivateKey() ?? throw new CryptographicException()) is { } noSeal)
            yield return $"Server:StoreCertificate: cannot be read ({noSeal}). Name an RSA certificate, and its key in Server:StoreKey, both PEM.";
        var tls = configuration.GetSection("Kestrel:Certificates:Default");
        if (Failure(() => X509Certificate2.CreateFromPemFile(tls["Path"]!, tls["KeyPath"]).Dispose()) is { } noTls)
            yield return $"{tls.Path}: cannot be read ({noTls}). Name the TLS certificate in Path and its key in KeyPath, as PEM files.";
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(entry => entry.Path + ":Url");
        foreach (var key in endpoints.DefaultIfEmpty("Kestrel:Endpoints:Https:Url").Where(key => configuration[key]?.StartsWith("https:") != true))
            yield return $"{key}: is not https. Tokens travel over TLS only (OAuth 2.1, 1.5)."; // CWE-319
    }

    private static string[] Of(params string[] keys) => keys;

    private static bool IsHttps(string? text) => Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri is { Scheme: "https", Query: "", Fragment: "", UserInfo: "" } && !text.Contains('*');

    private static string? Failure(Action attempt)
    {
        try
        {
            attempt();
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            return failure.GetType().Name;
        }
    }
}

using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using EntraStandIn;
using Gatehouse.Testing;

namespace Gatehouse.Samples.Tests.Remote;

/// <summary>The sample EntraRemoteServer as a process, with a client that trusts its certificate.</summary>
internal sealed class RemoteServer : IAsyncDisposable
{
    /// <summary>Another name in the certificate of the server, which it does not serve.</summary>
    public const string OtherName = "rebound.example.com";

    private readonly OtherHosts others;
    private HostedProcess? process;

    private RemoteServer(Site site, OtherHosts others, string form)
    {
        this.others = others;
        Folder = Path.Join(site.Folder, "remote");
        Store = Path.Join(Folder, "store");
        Directory.CreateDirectory(Folder);
        WriteCertificate("tls");
        WriteCertificate("seal");
        Origin = $"https://localhost:{LoopbackPorts.Next()}";
        Settings = new Dictionary<string, string>
        {
            ["SSL_CERT_FILE"] = site.Entra.CertificateFile,
            ["HTTPS_PROXY"] = others.Address, // where a request to any other host arrives
            ["HTTP_PROXY"] = others.Address,
            ["NO_PROXY"] = "localhost,127.0.0.1",
            ["Server__Url"] = Url,
            ["Server__Store"] = Store,
            ["Server__StoreCertificate"] = Path.Join(Folder, "seal.pem"),
            ["Server__StoreKey"] = Path.Join(Folder, "seal.key"),
            ["Kestrel__Endpoints__Https__Url"] = Origin,
            ["Kestrel__Certificates__Default__Path"] = TlsCertificate,
            ["Kestrel__Certificates__Default__KeyPath"] = Path.Join(Folder, "tls.key"),
            ["Entra__Instance"] = site.Entra.Origin,
            ["Entra__TenantId"] = Tenant.Id,
            ["Entra__ClientId"] = form is "Secret" or "Certificate" ? Tenant.RemoteServer : Tenant.KeylessServer,
            ["Entra__Credential"] = form,
            ["Graph__Url"] = site.Entra.Origin + "/v1.0",
        };
        if (form == "Secret") Settings["Entra__ClientSecret"] = Tenant.RemoteSecret;
        if (form == "Certificate") Settings["Entra__Certificate"] = site.Entra.ClientCertificateFile;
        if (form == "TokenFile") Settings["AZURE_FEDERATED_TOKEN_FILE"] = site.Entra.WorkloadTokenFile;
        if (form == "ManagedIdentity") Settings["AZURE_POD_IDENTITY_AUTHORITY_HOST"] = site.Entra.IdentityOrigin;
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificateFromFile(TlsCertificate));
        Http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy },
        });
    }

    public string Folder { get; }

    public string Store { get; }

    public string TlsCertificate => Path.Join(Folder, "tls.pem");

    public string Origin { get; private set; }

    public string Url => Origin + "/mcp";

    /// <summary>The environment of the server.</summary>
    public Dictionary<string, string> Settings { get; }

    /// <summary>Follows no redirects.</summary>
    public HttpClient Http { get; }

    public int ProcessId => process!.Id;

    /// <summary>The text that the server wrote.</summary>
    public string Log => process!.Output;

    /// <summary>Hosts that the server asked for and that are not on loopback.</summary>
    public IReadOnlyCollection<string> OtherHosts => others.Asked;

    /// <param name="site">The stand-in that it uses.</param>
    /// <param name="form">How the server proves itself to Entra.</param>
    public static async Task<RemoteServer> StartAsync(Site site, string form = "Secret")
    {
        var server = new RemoteServer(site, Remote.OtherHosts.Start(), form);
        try
        {
            await server.StartProcessAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>The settings of a server that is not started.</summary>
    public static RemoteServer Configure(Site site, string form = "Secret") => new(site, Remote.OtherHosts.Start(), form);

    public ProcessPlan Plan => ProcessPlan.Dotnet(BuiltSamples.Program("EntraRemoteServer")) with { Environment = Settings };

    /// <summary>Ends the process by force, and starts another with the same store.</summary>
    public async Task RestartAsync()
    {
        await process!.DisposeAsync();
        await StartProcessAsync();
    }

    /// <summary>The same at another address: a server of another name, to which the same store was given.</summary>
    public async Task RestartElsewhereAsync()
    {
        Origin = $"https://localhost:{LoopbackPorts.Next()}";
        (Settings["Server__Url"], Settings["Kestrel__Endpoints__Https__Url"]) = (Url, Origin);
        await RestartAsync();
    }

    /// <summary>Sends a request of MCP, of the revision 2025-11-25.</summary>
    public async Task<HttpResponseMessage> PostAsync(string? token, string method, JsonObject parameters, Action<HttpRequestMessage>? change = null)
    {
        var message = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = 1, ["method"] = method, ["params"] = parameters };
        using var request = new HttpRequestMessage(HttpMethod.Post, Url)
        { Content = new StringContent(message.ToJsonString(), new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")) };
        request.Headers.Add("Accept", "application/json, text/event-stream");
        request.Headers.Add("MCP-Protocol-Version", "2025-11-25");
        if (token is not null) request.Headers.Add("Authorization", "Bearer " + token);
        change?.Invoke(request);
        return await Http.SendAsync(request);
    }

    /// <summary>Calls the tool, and returns the answer.</summary>
    public async Task<JsonElement> CallAsync(string token, JsonObject? arguments = null)
    {
        using var answer = await PostAsync(token, "tools/call", new JsonObject { ["name"] = "getUserDetails", ["arguments"] = arguments ?? [] });
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode} {text}\n{Log}");
        return JsonElement.Parse(text.Split('\n').First(static line => line.StartsWith("data:", StringComparison.Ordinal))["data:".Length..]);
    }

    /// <summary>True if the token opens the server.</summary>
    public async Task<bool> OpensAsync(string token)
    {
        using var answer = await PostAsync(token, "tools/list", []);
        Assert.True(answer.IsSuccessStatusCode || answer.StatusCode == System.Net.HttpStatusCode.Unauthorized, $"{answer.StatusCode}\n{Log}");
        return answer.IsSuccessStatusCode;
    }

    /// <summary>Asks the token endpoint.</summary>
    public async Task<JsonElement> TokenAsync(params (string Name, string Value)[] form)
    {
        using var content = new FormUrlEncodedContent(
            form.Append(("client_id", "mcp-client")).Select(static pair => KeyValuePair.Create(pair.Item1, pair.Item2)));
        using var answer = await Http.PostAsync(new Uri(Origin + "/oauth/token"), content);
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync());
    }

    public Task<JsonElement> RefreshAsync(JsonElement tokens) =>
        TokenAsync(("grant_type", "refresh_token"), ("refresh_token", tokens.GetProperty("refresh_token").GetString()!), ("resource", Url));

    public async ValueTask DisposeAsync()
    {
        if (process is not null) await process.DisposeAsync();
        Http.Dispose();
        await others.DisposeAsync();
    }

    private async Task StartProcessAsync() => process = await HostedProcess.StartAsync(Plan);

    private void WriteCertificate(string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddDnsName(OtherName);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(7));
        File.WriteAllText(Path.Join(Folder, name + ".pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Join(Folder, name + ".key"), key.ExportPkcs8PrivateKeyPem());
    }
}

using System.Net.Http.Json;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using EntraStandIn;

namespace Gatehouse.Samples.Tests;

/// <summary>A stand-in of Entra ID, a folder for what samples keep, and a client that trusts the stand-in's certificate.</summary>
internal sealed class Site : IAsyncDisposable
{
    private Site(string folder, StandIn entra, HttpClient http) => (Folder, Entra, Http) = (folder, entra, http);

    public string Folder { get; }

    public StandIn Entra { get; }

    /// <summary>Follows no redirects and keeps cookies.</summary>
    public HttpClient Http { get; }

    public static async Task<Site> StartAsync(TimeProvider? time = null)
    {
        var folder = Directory.CreateTempSubdirectory("gh-samples-").FullName;
        var entra = await StandIn.StartAsync(folder, 0, time ?? TimeProvider.System);
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificateFromFile(entra.CertificateFile));
        return new Site(folder, entra, new HttpClient(new SocketsHttpHandler
        { AllowAutoRedirect = false, SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy } }));
    }

    /// <summary>Changes the stand-in.</summary>
    public async Task ChangeAsync(JsonObject change)
    {
        using var response = await ControlAsync(HttpMethod.Post, JsonContent.Create(change));
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>How often the stand-in was asked at an endpoint.</summary>
    public async Task<int> RequestsAsync(string endpoint)
    {
        using var response = await ControlAsync(HttpMethod.Get, null);
        var requests = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("requests");
        return requests.TryGetProperty(endpoint, out var count) ? count.GetInt32() : 0;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Entra.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private async Task<HttpResponseMessage> ControlAsync(HttpMethod method, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, Entra.Origin + "/control") { Content = content };
        request.Headers.Add("X-Stand-In-Control", "yes");
        return await Http.SendAsync(request);
    }
}

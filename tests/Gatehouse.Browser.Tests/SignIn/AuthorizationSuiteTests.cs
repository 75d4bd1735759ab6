using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Gatehouse.Testing;

namespace Gatehouse.Browser.Tests.SignIn;

/// <summary>The official conformance suite's scenarios for an authorization server, with a person at a browser where it asks for one.</summary>
[Trait("Requirement", "OB-01")]
public sealed class AuthorizationSuiteTests(Chromium chromium, SignInSite site) : IClassFixture<SignInSite>
{
    [Fact]
    public async Task BothScenarios_Pass()
    {
        Peers.Require();
        var port = LoopbackPorts.Next().ToString(CultureInfo.InvariantCulture);
        await using var window = await chromium.OpenAsync();
        var reports = Directory.CreateTempSubdirectory("gatehouse-suite-");
        try
        {
            await using var suite = new StockClient(Peers.Script("node_modules/conf-next/dist/index.js", "authorization", "--url", site.Gateway.Url,
                "--client-id", await RegisterAsync($"http://127.0.0.1:{port}/callback"), "--resource", site.Url, "--port", port,
                "--output-dir", reports.FullName));
            var person = new Person(window, "fritz");
            await person.SignInAsync(await suite.AddressAsync());
            Assert.Contains("“Conformance suite”", person.Consent, StringComparison.Ordinal);
            Assert.True(await suite.EndAsync() == 0, suite.Everything);
            Assert.Equal(
                ["authorization-code-grant SUCCESS", "authorization-server-metadata SUCCESS", "authorization-server-metadata-cimd SUCCESS"], Checks(reports));
        }
        finally
        {
            reports.Delete(recursive: true);
        }
    }

    private static List<string> Checks(DirectoryInfo reports) =>
    [
        .. from file in reports.EnumerateFiles("checks.json", SearchOption.AllDirectories)
           from check in JsonDocument.Parse(File.ReadAllText(file.FullName)).RootElement.EnumerateArray()
           orderby check.GetProperty("id").GetString()
           select $"{check.GetProperty("id").GetString()} {check.GetProperty("status").GetString()}",
    ];

    // The suite takes the id of a client that is known already.
    private async Task<string> RegisterAsync(string redirectUri)
    {
        using var client = new HttpClient();
        using var answer = await client.PostAsJsonAsync(new Uri(site.Gateway.Url + "/oauth/register"),
            new { client_name = "Conformance suite", redirect_uris = new[] { redirectUri }, token_endpoint_auth_method = "none" });
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("client_id").GetString()!;
    }
}

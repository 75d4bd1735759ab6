using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gatehouse.Settings;
using Gatehouse.Testing;

namespace Gatehouse.Gateway.Tests.SignIn;

/// <summary>A person gives the id on a page of a fault to the administrator, who finds its entry in the audit log by it.</summary>
public sealed class FaultPageTests
{
    [Fact]
    public async Task TheIdOnThePage_IsThatOfItsEntry()
    {
        await using var gateway = await TestGateway.StartAsync(s => s with
        {
            AuthorizationServer = new AuthorizationServerSettings
            {
                Providers = [new SignInProviderSettings { Name = "corp", Issuer = "https://login.example", ClientId = "gatehouse" }],
            },
        });
        using var client = new HttpClient();
        using var answer = await client.GetAsync(
            new Uri(gateway.Url, "/oauth/authorize?client_id=nobody&redirect_uri=https://x.example/"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var page = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var id = Regex.Match(page, "<code dir=\"ltr\">([0-9a-z]{26})</code>").Groups[1].Value;
        JsonElement entry = default;
        await Eventually.TrueAsync(
            () => (entry = gateway.Entries().FirstOrDefault(one => one.GetProperty("id").GetString() == id)).ValueKind == JsonValueKind.Object,
            $"the entry {id} is in the log");
        Assert.Equal(("oauth.fault", "unknown-client", "unknown", "nobody"),
            (Text(entry, "act"), Text(entry, "fault"), Text(entry, "cause"), Text(entry, "client")));
    }

    private static string? Text(JsonElement entry, string name) => entry.GetProperty(name).GetString();
}

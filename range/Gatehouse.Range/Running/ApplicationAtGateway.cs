using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Gatehouse.Gateway.Hosting;

namespace Gatehouse.Range.Running;

/// <summary>Another application that asks a gateway for decisions (OpenID AuthZEN Authorization API 1.0).</summary>
internal sealed class ApplicationAtGateway(GatewayHost host, RangeIssuer issuer)
{
    /// <summary>The subject of its tokens.</summary>
    public const string Name = "desk-app";

    /// <summary>Asks whether a person may call a tool of the first server. Returns whether the answer permits it.</summary>
    public async Task<bool> IsPermittedAsync(string person, string tool)
    {
        var settings = host.Snapshots.Current.Settings;
        using var request = new HttpRequestMessage(HttpMethod.Post, settings.Origin + "/access/v1/evaluation")
        {
            Content = JsonContent.Create(new
            {
                subject = new { type = "user", id = person, properties = new { issuer = issuer.Name } },
                action = new { name = "tools/call" },
                resource = new { type = "tool", id = tool, properties = new { server = settings.Servers[0].Name } },
            }),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", issuer.Mint(Name, settings.DecisionServiceResource));
        using var answer = await Loopback.Client.SendAsync(request, CancellationToken.None).ConfigureAwait(false);
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"the decision service answered {(int)answer.StatusCode}");
        return (await answer.Content.ReadFromJsonAsync<JsonElement>().ConfigureAwait(false)).GetProperty("decision").GetBoolean();
    }
}

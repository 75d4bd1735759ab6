using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Gatehouse.Tests.Processes;

/// <summary>Access tokens of the service client that the test provider knows.</summary>
internal static class ServiceToken
{
    /// <summary>A token for one resource, and for nothing else. The client is its subject; its secret is its name and <c>-secret</c>.</summary>
    public static async Task<string> FetchAsync(string issuer, string resource, string client = "svc")
    {
        using var http = new HttpClient();
        var metadata = await http.GetFromJsonAsync<JsonElement>($"{issuer}/.well-known/openid-configuration");
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["resource"] = resource,
        });
        // The client's secret goes in the header, as its registration leaves it at the default.
        using var request = new HttpRequestMessage(HttpMethod.Post, metadata.GetProperty("token_endpoint").GetString()) { Content = form };
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{client}:{client}-secret")));
        using var response = await http.SendAsync(request);
        var body = await response.Content.ReadFromJsonAsync<JsonElement>();
        return response.IsSuccessStatusCode
            ? body.GetProperty("access_token").GetString()!
            : throw new InvalidOperationException($"The provider gave no token: {body}");
    }
}

using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using ModelContextProtocol.Server;

namespace Cases.Requests;

public sealed record Hook(string Url, string Body);

[McpServerToolType]
public sealed class Tools(IHttpClientFactory factory, HttpClient client, IConfiguration configuration)
{
    private const string Api = "https://api.example.com";
    private static readonly HashSet<string> Hosts = new(StringComparer.OrdinalIgnoreCase) { "api.example.com", "www.example.com" };

    [McpServerTool]
    public async Task<string> Direct(string url) => await client.GetStringAsync(url); // finds GHA0004

    [McpServerTool]
    public async Task<string> OfFactory(Uri address, CancellationToken cancellation)
    {
        using var http = factory.CreateClient("web");
        using var response = await http.GetAsync(address, cancellation); // finds GHA0004
        return await response.Content.ReadAsStringAsync(cancellation);
    }

    [McpServerTool]
    public async Task<string> HostOfArgument(string host) => await client.GetStringAsync($"https://{host}/status"); // finds GHA0004

    [McpServerTool]
    public async Task<string> Subdomain(string tenant) => await client.GetStringAsync("https://" + tenant + ".example.com/status"); // finds GHA0004

    [McpServerTool]
    public async Task<string> NoSlash(string path) => await client.GetStringAsync(Api + path); // finds GHA0004

    [McpServerTool]
    public async Task Message(Hook hook)
    {
        using var content = new StringContent(hook.Body, Encoding.UTF8);
        using var request = new HttpRequestMessage(HttpMethod.Post, hook.Url) { Content = content }; // finds GHA0004
        await client.SendAsync(request);
    }

    [McpServerTool]
    public async Task Assigned(string url)
    {
        using var request = new HttpRequestMessage();
        request.RequestUri = new Uri(url); // finds GHA0004
        await client.SendAsync(request);
    }

    [McpServerTool]
    public async Task<JsonElement> Json(string url) => await client.GetFromJsonAsync<JsonElement>(url); // finds GHA0004

    [McpServerTool]
    public async Task<string> SchemeOnly(string url)
    {
        var uri = new Uri(url);
        if (uri.Scheme != Uri.UriSchemeHttps) return "https only";
        return await client.GetStringAsync(uri); // finds GHA0004
    }

    [McpServerTool]
    public async Task<string> BaseAndAbsolute(string path) => await client.GetStringAsync(new Uri(new Uri(Api), path)); // finds GHA0004

    [McpServerTool]
    public async Task<string> PrefixOfText(string url)
    {
        if (!url.StartsWith("https://api.example.com")) return "unknown host";
        return await client.GetStringAsync(url); // finds GHA0004
    }

    [McpServerTool]
    public async Task<string> TryCreated(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri)) return "no address";
        return await client.GetStringAsync(uri); // finds GHA0004
    }

    [McpServerTool] // clean
    public async Task<string> FixedHost(string city) => await client.GetStringAsync($"https://api.example.com/weather/{Uri.EscapeDataString(city)}");

    [McpServerTool] // clean
    public async Task<string> FixedHostPlain(string city) => await client.GetStringAsync("https://api.example.com/weather?city=" + city);

    [McpServerTool] // clean
    public async Task<string> RelativeAddress(string state) => await client.GetStringAsync($"/alerts/active/area/{state}");

    [McpServerTool] // clean
    public async Task<string> OfConfiguration(string query)
    {
        var address = configuration["Api:Address"];
        return await client.GetStringAsync($"{address}/search?q={Uri.EscapeDataString(query)}");
    }

    [McpServerTool] // clean
    public async Task<string> ConstantBase(string id)
    {
        var address = Api + "/users/" + id;
        return await client.GetStringAsync(address);
    }

    [McpServerTool] // clean
    public async Task<string> ListedHost(string url)
    {
        var uri = new Uri(url);
        if (!Hosts.Contains(uri.Host)) return "unknown host";
        return await client.GetStringAsync(uri);
    }

    [McpServerTool] // clean
    public async Task<string> ListedHostOfText(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttps || !Hosts.Contains(uri.Host)) return "unknown host";
        return await client.GetStringAsync(url);
    }

    [McpServerTool] // clean
    public async Task<string> EqualHost(string url)
    {
        var uri = new Uri(url);
        return uri.Host == "api.example.com" ? await client.GetStringAsync(uri) : "unknown host";
    }

    [McpServerTool] // clean
    public async Task<string> SuffixOfHost(string url)
    {
        var uri = new Uri(url);
        if (!uri.Host.EndsWith(".example.com", StringComparison.OrdinalIgnoreCase)) return "unknown host";
        return await client.GetStringAsync(uri);
    }

    [McpServerTool] // clean
    public async Task<string> PrefixWithSlash(string url)
    {
        if (!url.StartsWith("https://api.example.com/", StringComparison.Ordinal)) return "unknown host";
        return await client.GetStringAsync(url);
    }

    [McpServerTool] // clean
    public async Task Body(string text) => await client.PostAsJsonAsync("https://api.example.com/notes", new { text });

    [McpServerTool] // clean
    public async Task<string> Numbers(double latitude, double longitude) => await client.GetStringAsync(
        FormattableString.Invariant($"/points/{latitude},{longitude}"));

    [McpServerTool] // clean
    public async Task<string> AddressOfAnswer(string query)
    {
        var found = await client.GetFromJsonAsync<JsonElement>($"{Api}/search?q={query}");
        return await client.GetStringAsync(found.GetProperty("next").GetString());
    }

    [McpServerTool] // clean
    public async Task<string> RelativeUri(string city)
    {
        var query = new StringBuilder("/weather?city=").Append(Uri.EscapeDataString(city));
        return await client.GetStringAsync(new Uri(new Uri(Api), query.ToString()));
    }

    private const string Template = "https://raw.example.com/files/{folder}/{name}";

    [McpServerTool] // clean
    public async Task<string> OfTemplate(string folder, string name) =>
        await client.GetStringAsync(Template.Replace("{folder}", folder).Replace("{name}", name));

    [McpServerTool]
    public async Task<string> HostOfTemplate(string region) =>
        await client.GetStringAsync("https://{region}.example.com/status".Replace("{region}", region)); // finds GHA0004
}

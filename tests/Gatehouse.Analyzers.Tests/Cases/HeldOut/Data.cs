using System.Data;
using System.Data.Common;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Dapper;
using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using MySqlConnector;
using Npgsql;

namespace HeldOut.Data;

public interface IRepository
{
    Task<List<string>> SearchAsync(string text, string order, CancellationToken cancellation);
}

public sealed class Repository(NpgsqlDataSource source) : IRepository
{
    public async Task<List<string>> SearchAsync(string text, string order, CancellationToken cancellation)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        await using var command = new NpgsqlCommand($"SELECT name FROM items WHERE name ILIKE @text ORDER BY {order}", connection); // finds GHA0003
        command.Parameters.AddWithValue("text", "%" + text + "%");
        var names = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) names.Add(reader.GetString(0));
        return names;
    }
}

public sealed class Items : DbContext;

[McpServerToolType]
public class DataTools
{
    private readonly IRepository repository;
    private readonly IDbConnection connection;
    private readonly Items items;
    private string table = "items";

    public DataTools(IRepository repository, IDbConnection connection, Items items)
    {
        this.repository = repository;
        this.connection = connection;
        this.items = items;
    }

    [McpServerTool]
    public async Task<List<string>> Search(string text, string order, CancellationToken cancellation) =>
        await repository.SearchAsync(text, order, cancellation);

    [McpServerTool]
    public string Use(string name)
    {
        table = name;
        return "ok";
    }

    [McpServerTool]
    public int Count() => connection.ExecuteScalar<int>($"select count(*) from {table}"); // finds GHA0003

    [McpServerTool]
    public static DataTable Adapter(string query)
    {
        using var connection = new SqlConnection("Server=.");
        using var adapter = new SqlDataAdapter(query, connection); // finds GHA0003
        var result = new DataTable();
        adapter.Fill(result);
        return result;
    }

    [McpServerTool]
    public static async Task<string> MySql(string user)
    {
        await using var connection = new MySqlConnection("Server=db");
        await using var command = connection.CreateCommand();
        var conditions = new List<string> { "active = 1" };
        if (user.Length > 0) conditions.Add("user = '" + user + "'");
        command.CommandText = "select * from people where " + string.Join(" and ", conditions); // finds GHA0003
        return (await command.ExecuteScalarAsync())?.ToString() ?? "";
    }

    [McpServerTool]
    public async Task<int> Remove(string[] names)
    {
        var list = string.Join(", ", names.Select(name => $"'{name}'"));
        var sql = """
            delete from items
            where name in (
            """ + list + ")";
        return await items.Database.ExecuteSqlRawAsync(sql); // finds GHA0003
    }

    [McpServerTool]
    public IEnumerable<string> Ordered(string column, bool descending) =>
        connection.Query<string>(Build(column, descending)); // finds GHA0003

    private static string Build(string column, bool descending)
    {
        var direction = descending ? "desc" : "asc";
        return string.Concat("select name from items order by ", column, " ", direction);
    }

    [McpServerTool] // clean
    public async Task<int> RemoveByParameter(string name) => await connection.ExecuteAsync("delete from items where name = @name", new { name });

    [McpServerTool] // clean
    public async Task<int> RemoveInterpolated(string name) => await items.Database.ExecuteSqlAsync($"delete from items where name = {name}");

    [McpServerTool] // clean
    public IEnumerable<string> OrderedBy(string column)
    {
        var known = column.ToLowerInvariant() switch
        {
            "name" => "name",
            "age" => "age",
            _ => "id",
        };
        return connection.Query<string>("select name from items order by " + known);
    }

    [McpServerTool] // clean
    public IEnumerable<string> OrderedByList(string column)
    {
        string[] columns = ["name", "age"];
        if (Array.IndexOf(columns, column) < 0) throw new McpException("Unknown column.");
        return connection.Query<string>($"select name from items order by {column}");
    }

    [McpServerTool] // clean
    public IEnumerable<string> Limited(string limit) => connection.Query<string>("select name from items limit " + int.Parse(limit));

    [McpServerTool] // clean
    public static async Task<string> Command(DbDataSource source, string name)
    {
        await using var command = source.CreateCommand("select 1 from items where name = @name");
        var parameter = command.CreateParameter();
        parameter.ParameterName = "name";
        parameter.Value = name;
        command.Parameters.Add(parameter);
        return (await command.ExecuteScalarAsync())?.ToString() ?? "";
    }
}

[McpServerToolType]
public sealed class WebTools(IHttpClientFactory clients, IServiceProvider services)
{
    private static readonly string[] Partners = ["partner.example.org"];

    [McpServerTool]
    public static async Task<int> Check(string[] addresses)
    {
        using var client = new HttpClient();
        var answers = await Task.WhenAll(addresses.Select(address => client.GetAsync(address))); // finds GHA0004
        return answers.Count(answer => answer.IsSuccessStatusCode);
    }

    [McpServerTool]
    public async Task<string> ByBuilder(string host, string path)
    {
        var builder = new UriBuilder("https", host) { Path = path };
        return await clients.CreateClient().GetStringAsync(builder.Uri); // finds GHA0004
    }

    [McpServerTool]
    public async Task<string> Proxy(string target)
    {
        var client = clients.CreateClient();
        client.BaseAddress = new Uri(target); // finds GHA0004
        return await client.GetStringAsync("status");
    }

    [McpServerTool]
    public async Task<byte[]> Download(string url)
    {
        var client = services.GetRequiredService<HttpClient>();
        using var request = new HttpRequestMessage { Method = HttpMethod.Get, RequestUri = new Uri(url, UriKind.Absolute) }; // finds GHA0004
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("image/png"));
        using var response = await client.SendAsync(request);
        return await response.Content.ReadAsByteArrayAsync();
    }

    [McpServerTool]
    public async Task<string> Contains(string url)
    {
        if (!url.Contains("example.org")) return "only example.org";
        return await clients.CreateClient().GetStringAsync(url); // finds GHA0004
    }

    [McpServerTool]
    public async Task Notify(string webhook, string text)
    {
        using var content = new StringContent(JsonSerializer.Serialize(new { text }), Encoding.UTF8, "application/json");
        await SendAsync(webhook, content);
    }

    private async Task SendAsync(string address, HttpContent content)
    {
        using var client = clients.CreateClient("hooks");
        using var answer = await client.PostAsync(address, content); // finds GHA0004
        answer.EnsureSuccessStatusCode();
    }

    [McpServerTool] // clean
    public async Task<string> Partner(string url)
    {
        if (!TryPartner(url, out var address)) return "no partner";
        return await clients.CreateClient().GetStringAsync(address);
    }

    private static bool TryPartner(string url, out Uri? address) =>
        Uri.TryCreate(url, UriKind.Absolute, out address) && address.Scheme == Uri.UriSchemeHttps && Partners.Contains(address.Host);

    [McpServerTool] // clean
    public async Task<string> Weather(string city, string? unit)
    {
        var query = new Dictionary<string, string?> { ["q"] = city, ["unit"] = unit };
        var address = "https://weather.example.org/v1?" + string.Join("&", query.Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value ?? "")}"));
        return await clients.CreateClient().GetStringAsync(address);
    }

    [McpServerTool] // clean
    public async Task<JsonElement> Repository(string owner, string name)
    {
        var client = clients.CreateClient();
        client.BaseAddress = new Uri("https://api.github.com/");
        return await client.GetFromJsonAsync<JsonElement>($"repos/{owner}/{name}");
    }

    [McpServerTool] // clean
    public async Task<string> Region(string region)
    {
        var host = region.ToUpperInvariant() switch { "EU" => "eu.example.org", "US" => "us.example.org", _ => throw new McpException("EU or US") };
        return await clients.CreateClient().GetStringAsync($"https://{host}/status");
    }

    [McpServerTool] // clean
    public async Task<string> Paged(string query)
    {
        var client = clients.CreateClient();
        var next = "https://api.example.org/items?q=" + Uri.EscapeDataString(query);
        var all = new StringBuilder();
        while (next is not null)
        {
            using var answer = await client.GetAsync(next);
            var page = await answer.Content.ReadFromJsonAsync<JsonElement>();
            all.Append(page.GetRawText());
            next = page.TryGetProperty("next", out var link) ? link.GetString() : null;
        }

        return all.ToString();
    }
}

[McpServerToolType]
public sealed class OtherTools(ILogger<OtherTools> logger)
{
    [McpServerTool]
    public static string Login(string user, string password) => user + password.Length; // finds GHA0006

    [McpServerTool]
    public static string Api(string githubToken, string repository) => repository + githubToken.Length; // finds GHA0006

    [McpServerTool]
    public async Task<CallToolResult> Fetch(string name)
    {
        try
        {
            await Task.Yield();
            return Ok(name);
        }
        catch (Exception problem)
        {
            logger.LogError(problem, "failed");
            return Fail(problem);
        }
    }

    private static CallToolResult Ok(string text) => new() { Content = [new TextContentBlock { Text = text }] };

    private static CallToolResult Fail(Exception problem) => new()
    {
        IsError = true,
        Content = [new TextContentBlock { Text = $"Failed: {problem.Message}" }], // finds GHA0007
    };

    [McpServerTool]
    public static string Status(string name)
    {
        string result;
        try
        {
            result = name.Substring(0, 10);
        }
        catch (ArgumentOutOfRangeException problem) when (problem.ParamName is not null)
        {
            result = JsonSerializer.Serialize(new { error = problem.Message }); // finds GHA0007
        }

        return result;
    }

    [McpServerTool]
    public static string All(string name)
    {
        var problems = new List<string>();
        try
        {
            _ = int.Parse(name);
        }
        catch (FormatException problem)
        {
            problems.Add(problem.Message); // finds GHA0007
        }

        return string.Join("; ", problems);
    }

    [McpServerTool]
    public static object? Made(string className) => Type.GetType(className) is { } type ? Activator.CreateInstance(type) : null; // finds GHA0005

    [McpServerTool] // clean
    public string Safe(string name)
    {
        try
        {
            return name.Substring(0, 10);
        }
        catch (ArgumentOutOfRangeException problem)
        {
            logger.LogWarning("too short: {Message}", problem.Message);
            return "The name needs 10 letters.";
        }
    }

    [McpServerTool] // clean
    public static string Passes(string name)
    {
        try
        {
            return name.Substring(0, 10);
        }
        catch (ArgumentOutOfRangeException problem)
        {
            throw new McpException("The name needs 10 letters.", problem);
        }
    }

    [McpServerTool] // clean
    public static string Tokens(string text, int maxTokens) => text.Split(' ').Length > maxTokens ? "too long" : "ok";

    [McpServerTool] // clean
    public static string Count(string[] tokens) => tokens.Length.ToString();

    [McpServerTool] // clean
    public static decimal Total(string json) => JsonSerializer.Deserialize<List<decimal>>(json)!.Sum();
}

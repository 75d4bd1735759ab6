using System.Data.Common;
using System.Diagnostics.Metrics;
using System.Net;
using System.Text.Json;
using Gatehouse.Server.RunTime;
using Gatehouse.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.Server;

namespace Gatehouse.Server.Tests;

/// <summary>Tools of a server with the library, and the ways by which they reach a database, a host or a file.</summary>
[Trait("NoRetry", "yes")]
[Trait("Requirement", "LB-02")]
public sealed class RunningToolTests : IAsyncLifetime
{
    private static readonly string Shop = $"Data Source=running{Guid.NewGuid():N};Mode=Memory;Cache=Shared";

    private readonly SqliteConnection kept = new(Shop); // the database is there while a connection is
    private LibraryServer server = null!;
    private McpPost post = null!;

    public async ValueTask InitializeAsync()
    {
        await kept.OpenAsync();
        await using var command = kept.CreateCommand();
        command.CommandText = "create table if not exists customers (name text); delete from customers; insert into customers values ('Alice')";
        await command.ExecuteNonQueryAsync();
        var meters = new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>(); // the factory sets it otherwise
        var started = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5), MeterFactory = meters };
        using (var first = new HttpClient(started, disposeHandler: false))
            await Assert.ThrowsAsync<HttpRequestException>(() => first.GetAsync(new Uri($"http://127.0.0.1:{LoopbackPorts.Next()}/")));
        server = await LibraryServer.StartAsync(
            before: services =>
            {
                services.AddSingleton<DbDataSource>(static _ => SqliteFactory.Instance.CreateDataSource(Shop));
                services.AddKeyedSingleton<DbDataSource>("keyed", static (_, _) => SqliteFactory.Instance.CreateDataSource(Shop));
                services.AddTransient<DbConnection>(static _ => new SqliteConnection(Shop));
                services.AddHttpClient("started").ConfigurePrimaryHttpMessageHandler(() => started);
                services.AddHttpClient("unknown").ConfigurePrimaryHttpMessageHandler(static () => new Unknown());
                services.AddHttpClient("moving").ConfigurePrimaryHttpMessageHandler(static () => new Moving { InnerHandler = new SocketsHttpHandler() });
            },
            tools: static mcp => mcp.WithTools<Tools>());
        post = new McpPost(server.Endpoint) { Token = server.Token() };
    }

    public async ValueTask DisposeAsync()
    {
        post.Dispose();
        await server.DisposeAsync();
        await kept.DisposeAsync();
    }

    [Theory]
    [InlineData("keys", "{\"filter\":{\"1=1 or name\":\"x\"}}", "an argument of the call in its text")]
    [InlineData("transaction", "{}", "a statement that may write")]
    [InlineData("keyed", "{}", "a statement: declare")]
    [InlineData("connection", "{}", "a statement: declare")]
    [InlineData("fetch", "{\"client\":\"started\"}", "in use before")]
    [InlineData("fetch", "{\"client\":\"unknown\"}", "follows redirects as Unknown does")]
    [InlineData("fetch", "{\"client\":\"moving\"}", "send a request to inside.example:80")]
    public async Task WayPastTheDeclaration_IsRefused(string tool, string arguments, string expected) =>
        Assert.Contains(expected, (await post.CallAsync(tool, arguments)).Body, StringComparison.Ordinal);

    [Fact]
    public async Task Transaction_OfADeclaredTool_Commits()
    {
        Assert.Contains("renamed 1", (await post.CallAsync("rename", "{\"name\":\"Bob O'Hara\"}")).Body, StringComparison.Ordinal);
        await using var command = kept.CreateCommand();
        command.CommandText = "select name from customers";
        Assert.Equal("Bob O'Hara", await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task WorkThatIsLeftRunning_HasNoDeclaration()
    {
        await post.CallAsync("leave", "{}");
        Tools.MayContinue.SetResult();
        var e = await Assert.ThrowsAsync<ToolAccessException>(() => Tools.Left!);
        Assert.Contains("its call has ended", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Entries_AreOfTheCallerAndTheCall_AndBounded()
    {
        var hosts = string.Join(',', Enumerable.Range(0, 40).Select(static i => $"\"h{i}.example\""));
        var (status, _) = await post.CallAsync("loop", $"{{\"hosts\":[{hosts}]}}");
        Assert.Equal(HttpStatusCode.OK, status);
        var log = await GuardedServerFixture.CommandAsync("audit", "search", "--log", Path.Join(server.State, "audit"), "--limit", "1000", "--json");
        var entries = log.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static line => JsonDocument.Parse(line).RootElement.GetProperty("auditEntry")).ToList();
        static string? Text(JsonElement entry, string name) => entry.TryGetProperty(name, out var text) ? text.GetString() : null;
        static string? Person(JsonElement entry) => entry.GetProperty("personal")[0].GetProperty("who").GetString();
        var undeclared = entries.FindAll(static entry => Text(entry, "act") == "tool.undeclared");
        Assert.Equal(17, undeclared.Count);
        Assert.Equal("24", Assert.Single(undeclared, static entry => Text(entry, "count") is not null).GetProperty("count").GetString());
        var call = entries.Find(entry => Text(entry, "id") == Text(undeclared[0], "parent") && Text(entry, "kind") == "ended");
        Assert.Equal("tools/call", Text(call, "method"));
        Assert.All(undeclared, entry => Assert.Equal(
            (Text(call, "id"), server.Issuer.Origin, Person(undeclared[0])), (Text(entry, "parent"), Text(entry, "iss"), Person(entry))));
    }

    private sealed class Unknown : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage { RequestMessage = request });
    }

    private sealed class Moving : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage { RequestMessage = new HttpRequestMessage(HttpMethod.Get, "http://inside.example/") });
    }

    [McpServerToolType]
    private sealed class Tools
    {
        public static TaskCompletionSource MayContinue { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public static Task? Left { get; private set; }

        [McpServerTool(Name = "keys"), ToolAccess(Sql = SqlAccess.Read)]
        public static Task<string> KeysAsync(DbDataSource shop, Dictionary<string, string> filter) => RefusalOfAsync(async () =>
        {
            await using var command = shop.CreateCommand($"select name from customers where {filter.Keys.Single()} = 'x'");
            await command.ExecuteScalarAsync();
        });

        [McpServerTool(Name = "transaction"), ToolAccess(Sql = SqlAccess.Read)]
        public static Task<string> TransactionAsync(DbDataSource shop) => RefusalOfAsync(async () =>
        {
            await using var connection = await shop.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await using var command = transaction.Connection!.CreateCommand();
            command.CommandText = "delete from customers";
            await command.ExecuteNonQueryAsync();
        });

        [McpServerTool(Name = "rename"), ToolAccess(Sql = SqlAccess.Write)]
        public static async Task<string> RenameAsync(DbDataSource shop, string name)
        {
            await using var connection = await shop.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await using var command = transaction.Connection!.CreateCommand();
            command.Transaction = transaction;
            command.CommandText = "update customers set name = $name";
            command.Parameters.Add(new SqliteParameter("$name", name));
            var count = await command.ExecuteNonQueryAsync();
            await transaction.CommitAsync();
            return $"renamed {count}";
        }

        [McpServerTool(Name = "keyed")]
        public static Task<string> KeyedAsync([FromKeyedServices("keyed")] DbDataSource shop) => RefusalOfAsync(async () =>
        {
            await using var command = shop.CreateCommand("select 1");
            await command.ExecuteScalarAsync();
        });

        [McpServerTool(Name = "connection")]
        public static Task<string> ConnectionAsync(DbConnection shop) => RefusalOfAsync(async () =>
        {
            await shop.OpenAsync();
            await using var command = shop.CreateCommand();
            command.CommandText = "select 1";
            await command.ExecuteScalarAsync();
        });

        [McpServerTool(Name = "fetch"), ToolAccess(Hosts = ["outside.example"])]
        public static Task<string> FetchAsync(IHttpClientFactory clients, string client) =>
            RefusalOfAsync(() => clients.CreateClient(client).GetStringAsync(new Uri("http://outside.example/")));

        [McpServerTool(Name = "loop")]
        public static async Task LoopAsync(IHttpClientFactory clients, string[] hosts)
        {
            foreach (var host in hosts) await RefusalOfAsync(() => clients.CreateClient().GetStringAsync(new Uri($"http://{host}/")));
        }

        [McpServerTool(Name = "leave"), ToolAccess(Programs = ["true"])]
        public static void Leave() => Left = LaterAsync();

        private static async Task LaterAsync()
        {
            await MayContinue.Task;
            using var process = ToolProcess.Start("true");
        }

        // The SDK gives the model a text of its own.
        private static async Task<string> RefusalOfAsync(Func<Task> act)
        {
            try
            {
                await act();
                return "done";
            }
            catch (ToolAccessException e)
            {
                return e.Message;
            }
        }
    }
}

using System.Data.Common;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Net;
using Gatehouse.Bench.Micro;
using Gatehouse.Bench.Reporting;
using Gatehouse.Server;
using Gatehouse.Server.RunTime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using static Gatehouse.Bench.Reporting.Numbers;

namespace Gatehouse.Bench.Areas;

/// <summary>The cost of the checks of running tools (LB-02): two servers of the SDK in this process, without and with them, in turns.</summary>
internal sealed class GuardArea(BenchOptions options)
{
    private const string Shop = "Data Source=bench-guard;Mode=Memory;Cache=Shared";

    private static int Calls => Size.Of(500, 5);

    private static int WarmUp => Size.Of(3_000, 5);

    private static int PairsOfARound => Size.Of(10, 2);

    public async Task RunAsync(Report report)
    {
        using var kept = new SqliteConnection(Shop); // the database is there while a connection is
        await kept.OpenAsync().ConfigureAwait(false);
        using (var command = kept.CreateCommand())
        {
            command.CommandText = "create table customers (id integer primary key, name text); insert into customers values (1, 'Alice')";
            await command.ExecuteNonQueryAsync().ConfigureAwait(false);
        }

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var web = builder.Build();
        await using var ofWeb = web.ConfigureAwait(false);
        web.Run(static context => context.Response.WriteAsync("Alice"));
        await web.StartAsync().ConfigureAwait(false);
        var address = new Uri(web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        var plain = await StartAsync(address, isGuarded: false).ConfigureAwait(false);
        await using var ofPlain = plain.ConfigureAwait(false);
        var guarded = await StartAsync(address, isGuarded: true).ConfigureAwait(false);
        await using var ofGuarded = guarded.ConfigureAwait(false);
        var table = new Table("A call of a tool, one after the other, through the SDK's client and server over pipes",
            ["the tool", "\u00b5s without the checks", "\u00b5s with them", "against without"]);
        foreach (var (what, tool) in new[]
            { ("runs a statement with a parameter (SQLite in memory)", "statement"), ("sends a request to loopback", "request") })
            table.Add(await CompareAsync(what, tool, plain.Client, guarded.Client).ConfigureAwait(false));
        table.Notes.Add("Wall time. The mode is to block, and the tool has declared what it opens. Neither server has the pipeline before the SDK.");
        report.Add(table);
    }

    private async Task<string[]> CompareAsync(string what, string tool, McpClient plain, McpClient guarded)
    {
        foreach (var client in new[] { plain, guarded }) await BatchAsync(client, tool, WarmUp).ConfigureAwait(false);
        var (without, with) = (new List<Batch>(), new List<Batch>());
        for (var pair = 0; pair < options.Rounds * PairsOfARound; pair++)
        {
            if (pair % 2 == 0) without.Add(await BatchAsync(plain, tool, Calls).ConfigureAwait(false));
            with.Add(await BatchAsync(guarded, tool, Calls).ConfigureAwait(false));
            if (pair % 2 == 1) without.Add(await BatchAsync(plain, tool, Calls).ConfigureAwait(false));
        }

        var compared = new Micro.Comparison(without, with);
        return
        [
            what, Microseconds(without), Microseconds(with),
            $"{Ratio(compared.Ratio)}, the middle half of {without.Count} pairs {Ratio(compared.Middle.Low)} to {Ratio(compared.Middle.High)}",
        ];
    }

    private static async Task<Batch> BatchAsync(McpClient client, string tool, int calls)
    {
        var arguments = new Dictionary<string, object?> { ["id"] = 1 };
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < calls; i++)
        {
            if ((await client.CallToolAsync(tool, arguments).ConfigureAwait(false)).IsError == true)
                throw new InvalidOperationException($"the tool {tool} failed");
        }

        return new Batch(Stopwatch.GetElapsedTime(began).TotalNanoseconds / calls, 0);
    }

    private static string Microseconds(List<Batch> batches) => One(Cell.Median(batches.Select(static batch => batch.Nanoseconds / 1000)));

    private static async Task<Running> StartAsync(Uri address, bool isGuarded)
    {
        var (toServer, toClient) = (new Pipe(), new Pipe());
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton<DbDataSource>(static _ => SqliteFactory.Instance.CreateDataSource(Shop));
        builder.Services.AddHttpClient();
        var declared = new ToolAccessAttribute { Hosts = [address.Authority], Sql = SqlAccess.Read };
        foreach (var (name, tool) in new (string, Delegate)[]
        {
            ("statement", StatementAsync),
            ("request", (IHttpClientFactory clients, int id) => clients.CreateClient().GetStringAsync(new Uri(address, $"/{id}"))),
        })
        {
            builder.Services.AddSingleton(services => McpServerTool.Create(
                tool, new McpServerToolCreateOptions { Name = name, Services = services, Metadata = [declared] }));
        }

        builder.Services.AddMcpServer().WithStreamServerTransport(toServer.Reader.AsStream(), toClient.Writer.AsStream());
        if (isGuarded) GatehouseServerBuilderExtensions.GuardRunningTools(builder.Services, RunTimeGuardMode.Block);
        var host = builder.Build();
        await host.StartAsync().ConfigureAwait(false);
        return new Running(host, await McpClient.CreateAsync(
            new StreamClientTransport(toServer.Writer.AsStream(), toClient.Reader.AsStream())).ConfigureAwait(false));
    }

    private static async Task<string> StatementAsync(DbDataSource shop, int id)
    {
        var command = shop.CreateCommand("select name from customers where id = @id");
        await using var ofCommand = command.ConfigureAwait(false);
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = ("@id", id);
        command.Parameters.Add(parameter);
        return (string)(await command.ExecuteScalarAsync().ConfigureAwait(false))!;
    }

    private sealed record Running(IHost Host, McpClient Client) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Client.DisposeAsync().ConfigureAwait(false);
            await Host.StopAsync().ConfigureAwait(false);
            Host.Dispose();
        }
    }
}

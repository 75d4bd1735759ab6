namespace Gatehouse.Bench;

/// <summary>One command that measures, and the servers that it starts as processes of their own.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] arguments)
    {
        switch (arguments)
        {
            case ["upstream", var port]:
                await Hosts.UpstreamHost.RunAsync(Hosts.HostArguments.Port(port)).ConfigureAwait(false);
                return 0;
            case ["upstream", var port, var texts]:
                await Hosts.UpstreamHost.RunAsync(Hosts.HostArguments.Port(port), Hosts.TextAnswers.Read(texts)).ConfigureAwait(false);
                return 0;
            case ["tools", var count]:
                Hosts.ToolListHost.Run(Hosts.HostArguments.Port(count));
                return 0;
            case ["pass-through", var port, var target]:
                await Hosts.PassThroughHost.RunAsync(Hosts.HostArguments.Port(port), new Uri(target)).ConfigureAwait(false);
                return 0;
            case ["floor", var port, var target, var folder]:
                var record = new Hosts.FloorRecord(folder);
                await using (record.ConfigureAwait(false))
                    await Hosts.PassThroughHost.RunAsync(Hosts.HostArguments.Port(port), new Uri(target), record).ConfigureAwait(false);
                return 0;
            case ["team-proxy", var port, var target, var keyFile, var tokens]:
                await Hosts.TeamProxyHost.RunAsync(Hosts.HostArguments.Port(port), new Uri(target), keyFile, tokens == "remembered")
                    .ConfigureAwait(false);
                return 0;
            case ["--root", var root, "history"]:
                return await Reporting.History.RunAsync(root, isCheck: false).ConfigureAwait(false);
            case ["--root", var root, "history", "--check"]:
                return await Reporting.History.RunAsync(root, isCheck: true).ConfigureAwait(false);
        }

        if (BenchOptions.TryParse(arguments, out var options, out var fault))
            return await new BenchRun(options).RunAsync().ConfigureAwait(false);
        await Console.Error.WriteLineAsync(fault).ConfigureAwait(false);
        return 2;
    }
}

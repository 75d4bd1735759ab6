using System.Globalization;
using Gatehouse.Testing;

namespace Gatehouse.Tests.Processes;

/// <summary>The gateway as it is delivered: <c>gatehouse serve --config FILE</c>, with a configuration and a state folder of its own.</summary>
internal sealed class GatewayProcess : IAsyncDisposable
{
    private readonly DirectoryInfo folder;
    private HostedProcess process;

    private GatewayProcess(HostedProcess process, DirectoryInfo folder, string url)
    {
        this.process = process;
        this.folder = folder;
        Url = url;
    }

    /// <summary>The gateway's public URL, without a path.</summary>
    public string Url { get; }

    public string Output => process.Output;

    public int Id => process.Id;

    /// <summary>Folder of the audit log.</summary>
    public string AuditFolder => Path.Combine(folder.FullName, "state", "audit");

    /// <summary>Folder of everything the gateway writes.</summary>
    public string StateFolder => Path.Combine(folder.FullName, "state");

    /// <summary>The resource a client names to its issuer for a server at <paramref name="path"/>, and the endpoint it talks to.</summary>
    public string Resource(string path) => Url + path;

    /// <summary>Starts the gateway on a free port; <paramref name="configure"/> fills in the configuration.</summary>
    public static async Task<GatewayProcess> StartAsync(Func<GatewayConfiguration, GatewayConfiguration> configure)
    {
        var url = $"http://127.0.0.1:{LoopbackPorts.Next().ToString(CultureInfo.InvariantCulture)}";
        var folder = Directory.CreateTempSubdirectory("gatehouse-");
        try
        {
            var state = Path.Combine(folder.FullName, "state"); // the gateway makes it, closed to others
            await File.WriteAllTextAsync(ConfigurationIn(folder), configure(new(url, state)).ToYaml());
            var process = await HostedProcess.StartAsync(Plan(folder));
            return new(process, folder, url);
        }
        catch
        {
            folder.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>Kills the process in the middle of whatever it does, and starts it again with the same files.</summary>
    /// <param name="configure">Fills in the configuration of the next process; null leaves it as it is.</param>
    public async Task KillAndRestartAsync(Func<GatewayConfiguration, GatewayConfiguration>? configure = null)
    {
        await process.DisposeAsync();
        if (configure is not null) await File.WriteAllTextAsync(ConfigurationIn(folder), configure(new(Url, StateFolder)).ToYaml());
        process = await HostedProcess.StartAsync(Plan(folder));
    }

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        folder.Delete(recursive: true);
    }

    private static string ConfigurationIn(DirectoryInfo folder) => Path.Combine(folder.FullName, "gatehouse.yaml");

    private static ProcessPlan Plan(DirectoryInfo folder) => ProcessPlan.Dotnet(Repository.GatewayDll, "serve", "--config", ConfigurationIn(folder));
}

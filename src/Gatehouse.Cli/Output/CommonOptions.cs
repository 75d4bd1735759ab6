using System.CommandLine;
using Gatehouse.Configuration;
using Gatehouse.Configuration.Reading;

namespace Gatehouse.Cli.Output;

/// <summary>Options that several commands have.</summary>
internal static class CommonOptions
{
    public static Option<string?> Config() => new("--config", "-c")
    {
        Description = "Configuration file. Default: the documented location of the system, never the working folder.",
        HelpName = "file",
    };

    public static Option<string?> State() => new("--state")
    {
        Description = "State folder of the gateway (keys, store, log, control socket).",
        HelpName = "folder",
    };

    public static Option<bool> Development() => new("--dev") { Description = "Check the configuration as 'serve --dev' does." };

    public static Option<bool> Library() => new("--library")
    {
        Description = "Check the configuration as a server with Gatehouse.Server reads it (AddGatehouse, over HTTP).",
    };

    public static Option<bool> Json() => new("--json") { Description = "Print versioned JSON on stdout." };

    /// <summary>Loads the configuration and prints every fault. Returns null when there are faults.</summary>
    public static ConfigurationResult? Load(string? config, bool development, IReadOnlyDictionary<string, string> flags) =>
        Load(new ConfigurationRequest { Path = config, Development = development, Flags = flags });

    /// <inheritdoc cref="Load(string?, bool, IReadOnlyDictionary{string, string})"/>
    public static ConfigurationResult? Load(ConfigurationRequest request)
    {
        var result = ConfigurationLoader.Load(request);
        if (result.IsGood) return result;
        PrintFaults(result);
        return null;
    }

    /// <summary>
    /// Reads the configuration as <c>serve</c> takes it, with or without <c>--dev</c>: a command beside the gateway does not know which, and acts on
    /// the same file in both cases.
    /// </summary>
    public static ConfigurationResult ReadAsServed(string? config)
    {
        var served = ConfigurationLoader.Load(new ConfigurationRequest { Path = config });
        if (served.IsGood) return served;
        var development = ConfigurationLoader.Load(new ConfigurationRequest { Path = config, Development = true });
        return development.Faults.Count < served.Faults.Count ? development : served;
    }

    /// <summary>The same, with its faults printed. Returns null when there are faults.</summary>
    public static ConfigurationResult? LoadAsServed(string? config)
    {
        var result = ReadAsServed(config);
        if (result.IsGood) return result;
        PrintFaults(result);
        return null;
    }

    public static void PrintFaults(ConfigurationResult result) => FaultText.Print(result.SourcePath, result.Faults);

    /// <summary>Returns the state folder: from the option, otherwise from the configuration.</summary>
    public static string? StateFolder(string? state, string? config) =>
        state ?? LoadAsServed(config)?.Settings?.StateDirectory;

    /// <summary>
    /// Returns the state folder of the gateway whose file this is, also where the file has faults: the gateway says what it refuses, and records it.
    /// The folder is null, and the faults are printed, where the file does not say it.
    /// </summary>
    /// <returns>The folder, and the configuration where it was read and has faults.</returns>
    public static (string? Folder, ConfigurationResult? Faulty) StateFolderOfGateway(string? state, string? config)
    {
        if (state is not null) return (state, null);
        var result = ReadAsServed(config);
        if (result.StateFolder is null) PrintFaults(result);
        return (result.StateFolder, result.IsGood ? null : result);
    }

    public static Dictionary<string, string> Flags(params (string Name, string? Value)[] values) =>
        values.Where(v => v.Value is not null).ToDictionary(v => v.Name, v => v.Value!);
}

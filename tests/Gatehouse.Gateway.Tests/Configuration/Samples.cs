using Gatehouse.Configuration;
using Gatehouse.Configuration.Reading;

namespace Gatehouse.Gateway.Tests.Configuration;

/// <summary>The samples of version 1 and the ways to load a text.</summary>
internal static class Samples
{
    public static string Folder => Repository.File("tests", "compat", "config", "v1");

    /// <summary>A file with every key.</summary>
    public static string Everything => File.ReadAllText(Path.Join(Folder, "everything.yaml"));

    /// <summary>The smallest good file.</summary>
    public static string Smallest => File.ReadAllText(Path.Join(Folder, "smallest.yaml"));

    /// <summary>An environment with a home and nothing else.</summary>
    public static string? HomeOnly(string name) => name == "HOME" ? "/home/tester" : null;

    public static ConfigurationResult Load(string yaml, bool development = false) =>
        ConfigurationLoader.LoadText(yaml, new ConfigurationRequest { Development = development, Environment = HomeOnly });

    public static string Text(ConfigurationResult result) =>
        string.Join('\n', result.Faults.Select(fault => $"{fault.Line}:{fault.Column} {fault.Path}: {fault.Message} ({fault.Remedy})"));
}

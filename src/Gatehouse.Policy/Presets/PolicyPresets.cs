using Gatehouse.Policy.Files;
using Gatehouse.Policy.Rules;
using Gatehouse.Yaml;

namespace Gatehouse.Policy.Presets;

/// <summary>The policies that ship.</summary>
public static class PolicyPresets
{
    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = ["personal", "team"];

    /// <summary>Returns the text of a preset, to read or to start from.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static string Text(string name) => Read(name, ".yaml");

    /// <summary>Returns the cases of a preset, for the tests of policies.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static string Cases(string name) => Read(name, ".tests.yaml");

    /// <summary>Returns the rules of a preset.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static IReadOnlyList<PolicyRule> Rules(string name)
    {
        var faults = new FaultList();
        var rules = PolicyFile.Read(Text(name), $"preset {name}", PolicyNames.Unknown, faults);
        return faults.Any ? throw new InvalidOperationException($"Preset {name}: {string.Join("; ", faults.ToList())}") : rules;
    }

    private static string Read(string name, string ending)
    {
        if (!Names.Contains(name)) throw new ArgumentException($"There is no preset '{name}'; there are: {string.Join(", ", Names)}.", nameof(name));
        using var stream = typeof(PolicyPresets).Assembly.GetManifestResourceStream(name + ending)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

using System.CommandLine;
using Gatehouse.Cli.Output;
using Gatehouse.Settings;

namespace Gatehouse.Cli.ProtectionCommands;

/// <summary>The option that chooses a preset in the place of the rules of the configuration.</summary>
internal static class ProtectionRulesOptions
{
    public static Option<string?> Preset()
    {
        var preset = new Option<string?>("--preset")
        { Description = $"Ask this preset: {string.Join(", ", ProtectionPreset.All.Select(static one => one.Name))}.", HelpName = "name" };
        preset.AcceptOnly([.. ProtectionPreset.All.Select(static one => one.Name)]);
        return preset;
    }

    /// <summary>Returns the rules of a preset.</summary>
    public static ProtectionSettings Of(string preset) => new() { IsConfigured = true, Preset = ProtectionPreset.Find(preset)! };
}

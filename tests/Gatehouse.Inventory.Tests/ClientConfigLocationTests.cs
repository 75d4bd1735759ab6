using Gatehouse.Inventory.Model;
using Gatehouse.Inventory.Places;
using Gatehouse.Inventory.Tests.References;

namespace Gatehouse.Inventory.Tests;

/// <summary>The table of the files that clients read, and its page.</summary>
[Trait("Requirement", "IN-01")]
public sealed class ClientConfigLocationTests
{
    private static readonly string[] Common =
    [
        "Claude Desktop", "Claude Code", "VS Code", "Visual Studio", "Cursor", "Windsurf", "Cline", "Continue", "Zed", "JetBrains", "Gemini CLI",
        "Codex CLI", "Copilot CLI", "LM Studio", "Goose",
    ];

    [Fact]
    public void EveryCommonClient_HasAPlaceOnEachSystemItRunsOn() => Assert.All(Common, client =>
    {
        MachineSystem[] systems = client == "Visual Studio"
            ? [MachineSystem.Windows] : [MachineSystem.Linux, MachineSystem.MacOs, MachineSystem.Windows];
        Assert.All(systems,
            system => Assert.Contains(ClientConfigLocations.All,
                place => place.Client == client && place.Systems.HasFlag(system) && place.Scope == LocationScope.User));
    });

    [Fact]
    public void EveryPattern_BeginsWithAPlaceholderThatFitsItsScope() => Assert.All(ClientConfigLocations.All, place =>
    {
        var start = place.Pattern[..(place.Pattern.IndexOf('}', StringComparison.Ordinal) + 1)];
        Assert.Contains(start,
            place.Scope switch
            {
                LocationScope.Workspace => ["{workspace}"],
                LocationScope.System => ["{system}"],
                _ => (string[])["{home}", "{appdata}", "{config}"]
            });
        Assert.DoesNotContain("..", place.Pattern, StringComparison.Ordinal);
    });

    [Fact]
    public void LocationsPage_IsWhatTheTableOfPlacesSays() => Pages.RequireEqual("docs/reference/client-places.md", LocationsPage.Render());
}

using System.Globalization;
using System.Text;
using Gatehouse.Inventory.Places;

namespace Gatehouse.Inventory.Tests.References;

/// <summary>The page of places that are read, generated.</summary>
public static class LocationsPage
{
    /// <summary>Renders <c>docs/reference/client-places.md</c>.</summary>
    public static string Render()
    {
        var page = new StringBuilder(
            """
            # Places that `gatehouse scan` reads

            Generated from `src/Gatehouse.Inventory/Places/ClientConfigLocations.cs`. `{appdata}` is XDG_CONFIG_HOME (Linux), `~/Library/Application Support` (macOS) or
            `%APPDATA%` (Windows); `{config}` is XDG_CONFIG_HOME or `~/.config`; `{system}` is `/etc`, `/Library/Application Support` or `%ProgramData%`. A row
            without a source was not confirmed in public documentation.

            | client | systems | path | format | servers at | source |
            |---|---|---|---|---|---|

            """);
        foreach (var place in ClientConfigLocations.All)
        {
            var systems = place.Systems == MachineSystem.All ? "all" : place.Systems.ToString();
            var pointers = place.Pointers.Length == 0
                ? "settings only" : string.Join(", ", place.Pointers.Split('|').Select(pointer => $"`/{pointer}`"));
            page.Append(CultureInfo.InvariantCulture,
                $"| {place.Client} | {systems} | `{place.Pattern}` | {place.Format} | {pointers} | {place.Source ?? "unconfirmed"} |\n");
        }

        return page.ToString();
    }
}

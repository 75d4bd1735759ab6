using System.Reflection;
using System.Text.RegularExpressions;
using Gatehouse.Administration;

namespace Gatehouse.Gateway.Tests.AdministrationHttp;

/// <summary>A program that sends JSON has no command line: no remedy over HTTP names a command or an option.</summary>
public sealed partial class HttpRemedyTests
{
    // Refusals of acts that are served on the socket only (ActTable), but for the last.
    private static readonly string[] OfSocketActs =
    [
        nameof(ActionRefusal.NoSessionNamed), nameof(ActionRefusal.NoIssuer), nameof(ActionRefusal.UnknownCommand), nameof(ActionRefusal.NoPurpose),
        nameof(ActionRefusal.LongPurpose), nameof(ActionRefusal.NoPerson), nameof(ActionRefusal.NoConsentNamed), nameof(ActionRefusal.UnknownConsent),
        nameof(ActionRefusal.NoConfigurationNamed), nameof(ActionRefusal.UnknownConfiguration), nameof(ActionRefusal.FaultyStored),
        nameof(ActionRefusal.NotFromFile), nameof(ActionRefusal.TextsNotKept), nameof(ActionRefusal.ChangedSince),
        nameof(ActionRefusal.UnderVersionControl),
        nameof(ActionRefusal.FilesNotWritten), nameof(ActionRefusal.LogFailed), nameof(ActionRefusal.StillUnderWay),
        nameof(ActionRefusal.UnknownPerson),
        nameof(ActionRefusal.UnknownAct), nameof(ActionRefusal.UnknownVersion), nameof(ActionRefusal.NotAsShown),
        nameof(ActionRefusal.OnePersonOnly), // names the option of the gateway itself
    ];

    [Fact]
    public void Remedies_NameNoCommandAndNoOption()
    {
        var all = All().ToList();
        Assert.True(all.Count > 60, $"{all.Count} refusals were found");
        var withCommands = all.Where(static one => CommandLine().IsMatch(one.Refusal.RemedyOverHttp)).Select(static one => one.Name);
        Assert.Empty(withCommands.Except(OfSocketActs).Order(StringComparer.Ordinal));
    }

    private static IEnumerable<(string Name, ActionRefusal Refusal)> All()
    {
        const BindingFlags Statics = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;
        foreach (var property in typeof(ActionRefusal).GetProperties(Statics).Where(static one => one.PropertyType == typeof(ActionRefusal)))
            yield return (property.Name, (ActionRefusal)property.GetValue(null)!);
        foreach (var method in typeof(ActionRefusal).GetMethods(Statics)
            .Where(static one => one.ReturnType == typeof(ActionRefusal) && !one.IsSpecialName))
        {
            var values = method.GetParameters().Select(static one => Value(one.ParameterType)).ToArray();
            if (Array.IndexOf(values, null) < 0) yield return (method.Name, (ActionRefusal)method.Invoke(null, values)!);
        }
    }

    private static object? Value(Type type) => type == typeof(string) ? "apr-1" : type == typeof(int) ? 1 : type == typeof(bool) ? true
        : type == typeof(DateTimeOffset) ? DateTimeOffset.UnixEpoch : type == typeof(Exception) ? new IOException()
        : type.IsAssignableFrom(typeof(string[])) ? new[] { "x" } : null;

    [GeneratedRegex("gatehouse [a-z]|(^|[ (])--[a-z]|run the command")]
    private static partial Regex CommandLine();
}

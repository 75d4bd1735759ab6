using System.Globalization;
using Gatehouse.Administration;
using Gatehouse.Cli.Output;

namespace Gatehouse.Cli.AuditCommands;

/// <summary>The purpose of an act on the audit log, which its entry keeps.</summary>
internal static class GivenPurpose
{
    /// <summary>Returns whether the purpose can be recorded. Otherwise prints why not.</summary>
    /// <param name="purpose">The words of <c>--purpose</c>; null where the option was not given.</param>
    /// <param name="act">The act in one word, as in "the audit log keeps who read it".</param>
    public static bool IsGood([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] string? purpose, string act)
    {
        if (string.IsNullOrWhiteSpace(purpose))
        {
            Terminal.Fault("no purpose is given");
            Terminal.Hint($"give the purpose with --purpose: the audit log keeps who {act}, and what for");
            return false;
        }

        if (purpose.Length <= LogActs.LongestPurpose) return true;
        Terminal.Fault(string.Create(CultureInfo.InvariantCulture, $"the purpose has {purpose.Length} characters"));
        Terminal.Hint(string.Create(CultureInfo.InvariantCulture, $"give a purpose of at most {LogActs.LongestPurpose} characters, such as the number of a case"));
        return false;
    }
}

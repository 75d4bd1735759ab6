using Gatehouse.Isolation;

namespace Gatehouse.Wrap;

/// <summary>The environment of a wrapped server: the documented minimum and the variables named with <c>--env</c>.</summary>
internal static class CommandEnvironment
{
    /// <summary>Returns the variables. A named one that is not set here is left out, as it would be without a wrapper.</summary>
    /// <param name="names">The named variables.</param>
    /// <param name="minimum">The minimum; null for that of this process.</param>
    public static IReadOnlyDictionary<string, string> Of(IReadOnlyList<string> names, IReadOnlyDictionary<string, string>? minimum = null)
    {
        var found = new Dictionary<string, string>(
            minimum ?? ProcessEnvironment.Minimum(), OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        for (var i = 0; i < names.Count; i++)
        {
            if (Environment.GetEnvironmentVariable(names[i]) is { } value) found[names[i]] = value;
        }

        return found;
    }

    /// <summary>
    /// Returns the named variables as a person approves them. Threat: a value in an entry that was pulled changes what an approved command runs, so a
    /// value that decides it is shown and approved too.
    /// </summary>
    /// <param name="names">The named variables.</param>
    public static IReadOnlyList<string> Approved(IReadOnlyList<string> names) => [.. names.Select(static name =>
        ProcessEnvironment.DecidesCode(name) && Environment.GetEnvironmentVariable(name) is { } value ? $"{name}={value}" : name)];
}

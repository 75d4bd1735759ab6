using Gatehouse.Isolation;

namespace Gatehouse.Wrap;

/// <summary>The environment of a wrapped server: the documented minimum and the variables named with <c>--env</c>.</summary>
internal static class CommandEnvironment
{
    /// <summary>Returns the variables. A named one that is not set here is left out, as it would be without a wrapper.</summary>
    public static IReadOnlyDictionary<string, string> Of(IReadOnlyList<string> names)
    {
        var named = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < names.Count; i++)
        {
            if (Environment.GetEnvironmentVariable(names[i]) is { } value) named[names[i]] = value;
        }

        return ProcessEnvironment.Minimum(named);
    }
}

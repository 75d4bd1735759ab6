using System.Globalization;

namespace Gatehouse.Yaml;

/// <summary>
/// One thing that is wrong in the configuration. Neither text ever holds the value of a secret, nor anything that stands
/// where a secret may stand.
/// </summary>
/// <param name="Line">Line in the file, from 1; 0 when the value came from a variable or a flag.</param>
/// <param name="Column">Column in the line, from 1; 0 as above.</param>
/// <param name="Path">The key, e.g. <c>servers.files.path</c> or <c>policy[2].permit.scopes</c>; empty for the file itself.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Remedy">What to do about it.</param>
public sealed record ConfigurationFault(int Line, int Column, string Path, string Message, string Remedy)
{
    /// <summary>The file, when it is not the one that was asked for but one that it names; null otherwise.</summary>
    public string? File { get; init; }

    /// <summary>Returns the fault in one line: place, what is wrong, what to do.</summary>
    public override string ToString()
    {
        string[] place = [File ?? "", Line > 0 ? string.Create(CultureInfo.InvariantCulture, $"line {Line}") : "", Path];
        var before = string.Join(", ", place.Where(part => part.Length > 0));
        return before.Length > 0 ? $"{before}: {Message}; {Remedy}" : $"{Message}; {Remedy}";
    }
}

using Gatehouse.Text;
using Gatehouse.Yaml;

namespace Gatehouse.Cli.Output;

/// <summary>Faults as a person reads them.</summary>
internal static class FaultText
{
    /// <summary>Prints the faults under a headline that names the files that have them.</summary>
    /// <param name="source">
    /// The source of the faults that have no file of their own: a path, several paths, or words such as "the command line". Empty for a configuration
    /// without a known path.
    /// </param>
    /// <param name="faults">The faults.</param>
    public static void Print(string source, IReadOnlyList<ConfigurationFault> faults)
    {
        var named = source.Length == 0 ? "the configuration" : source;
        // A file that another one names can have all the faults, and a reader opens the file that the headline names.
        string[] files = [.. faults.Select(fault => fault.File ?? named).Distinct(StringComparer.Ordinal)];
        Terminal.Fault($"{Counted.Of(faults.Count, "fault")} in {(files.Length == 0 ? named : string.Join(" and ", files))}");
        foreach (var fault in faults)
        {
            var file = fault.File ?? (files.Length > 1 ? named : "");
            var place = string.Join(", ", new[] { file, fault.Line > 0 ? $"line {fault.Line}" : "", fault.Path }.Where(part => part.Length > 0));
            Terminal.NoteLine(place.Length > 0 ? $"  {place}: {fault.Message}" : $"  {fault.Message}");
            Terminal.NoteLine(ProposedCommands.Complete($"    remedy: {fault.Remedy}"));
        }
    }
}

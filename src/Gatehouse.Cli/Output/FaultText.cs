using Gatehouse.Text;
using Gatehouse.Yaml;

namespace Gatehouse.Cli.Output;

/// <summary>Faults as a person reads them.</summary>
internal static class FaultText
{
    public static void Print(string source, IReadOnlyList<ConfigurationFault> faults)
    {
        Terminal.Fault($"{Counted.Of(faults.Count, "fault")} in {source}");
        foreach (var fault in faults)
        {
            var place = string.Join(", ",
                new[] { fault.File ?? "", fault.Line > 0 ? $"line {fault.Line}" : "", fault.Path }.Where(part => part.Length > 0));
            Terminal.NoteLine(place.Length > 0 ? $"  {place}: {fault.Message}" : $"  {fault.Message}");
            Terminal.NoteLine(ProposedCommands.Complete($"    remedy: {fault.Remedy}"));
        }
    }
}

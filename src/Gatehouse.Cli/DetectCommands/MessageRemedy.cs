using Gatehouse.Detection.Findings;

namespace Gatehouse.Cli.DetectCommands;

/// <summary>The remedy of a finding in a text of a message.</summary>
internal static class MessageRemedy
{
    /// <summary>Returns the remedy. That of the table is for definitions where a definition can have the finding.</summary>
    public static string Of(FindingRule rule) => DetectionRules.InDefinitions.Contains(rule)
        ? "Read the text, and find out who wrote it: the server, or the author of something that it passes on." : rule.Remedy;
}

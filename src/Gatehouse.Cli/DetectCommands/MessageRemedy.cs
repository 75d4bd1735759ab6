using Gatehouse.Detection.Findings;

namespace Gatehouse.Cli.DetectCommands;

/// <summary>The remedy of a finding in a text of a message.</summary>
internal static class MessageRemedy
{
    /// <summary>Returns the remedy. Those of the table are for definitions where a definition can have the finding: a person can have it changed.</summary>
    public static string Of(FindingRule rule) => DetectionRules.InDefinitions.Contains(rule)
        ? "Read the text, and find out who wrote it: the server, or the author of something that it passes on." : rule.Remedy;
}

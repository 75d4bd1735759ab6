using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Secrets;
using Gatehouse.Inventory.Model;

namespace Gatehouse.Inventory.Checks;

/// <summary>Names and commands that are not what they look like.</summary>
internal static class NameChecks
{
    public static IEnumerable<Finding> Of(ServerEntry server)
    {
        List<(string What, string Text, SourceLocation Place)> texts = [("name", server.Name, server.Place)];
        if (server.Command is { } command) texts.Add(("command", command, server.Place));
        texts.AddRange(server.Arguments.Select(argument => ("argument", argument.Text, argument.Place)));
        texts.AddRange(server.Environment.Select(pair => ("variable", pair.Name, pair.Place)));
        if (server.RawUrl is { } url) texts.Add(("URL", url.Text, url.Place));
        foreach (var (what, text, place) in texts)
        {
            foreach (var (rule, confidence, message) in HiddenText.Find(text))
                yield return server.About(rule, confidence, $"in the {what}: {message}", place, $"{what} {SecretDetector.Mask(text)}");
            if (what is "name" or "command" or "URL" && LookAlikes.IsMixed(text))
                yield return server.About(FindingRules.MixedLetters, Confidence.High, $"in the {what}", place, $"{what} {SecretDetector.Mask(text)}");
        }
    }
}

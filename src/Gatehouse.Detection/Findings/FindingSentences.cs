namespace Gatehouse.Detection.Findings;

/// <summary>The sentence that a finding of a rule or of the model says about its text, by its id; holds no text from outside.</summary>
internal static class FindingSentences
{
    /// <summary>The sentence of a passage that the learned model scores high, without a word that names the kind of instruction.</summary>
    public const string Passage = "a passage of it reads like an instruction to the model";

    private static readonly Dictionary<string, string> Sentences = new(StringComparer.Ordinal)
    {
        [DetectionRules.Secretive.Id] = "it tells the model to act and to hide it from the person",
        [DetectionRules.Collecting.Id] = "it tells the model to fetch or hand over files, credentials or the conversation",
        [DetectionRules.Overruling.Id] = "it tells the model to ignore other rules",
        [DetectionRules.Shadowing.Id] = "it tells the model how to use other tools",
        [DetectionRules.SideChannel.Id] = "it asks for the conversation",
        [DetectionRules.FalseMark.Id] = "it imitates a system message",
    };

    /// <summary>Returns the sentence of a finding in an instruction.</summary>
    public static string Of(FindingRule rule) => Sentences.GetValueOrDefault(rule.Id, "it reads like an instruction to the model");
}

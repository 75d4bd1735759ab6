namespace Gatehouse.Corpus;

/// <summary>One text of the corpus, as a model would receive it. The form of the files is in <c>corpus/README.md</c>.</summary>
public sealed record CorpusEntry
{
    /// <summary>Unique id: the pair and the label.</summary>
    public required string Id { get; init; }

    /// <summary>The author. Texts of one author share habits, so splits are made by author.</summary>
    public required string Author { get; init; }

    /// <summary>The pair: an attack and its harmless counterpart on the same topic have the same one.</summary>
    public required string Pair { get; init; }

    /// <summary><c>attack</c> or <c>harmless</c>.</summary>
    public required string Label { get; init; }

    /// <summary>The position of the text in the protocol, e.g. <c>tool.parameter</c> or <c>result.mail</c>.</summary>
    public required string Place { get; init; }

    /// <summary>The kind of attack, or what a harmless text is.</summary>
    public required string Kind { get; init; }

    /// <summary>ISO 639-1 code of the language.</summary>
    public required string Language { get; init; }

    /// <summary>The text.</summary>
    public required string Text { get; init; }

    /// <summary>True for an attack.</summary>
    public bool IsAttack => Label == "attack";

    /// <summary>True for a text of a definition, which a person approves before a model reads it.</summary>
    public bool IsDefinition => Place.StartsWith("tool.", StringComparison.Ordinal) || Place == "server.instructions";

    /// <summary>True for a text that the person or a prompt template gives to the model.</summary>
    public bool IsPrompt => Place is "user.prompt" or "prompt";
}

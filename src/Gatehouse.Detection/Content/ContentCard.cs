namespace Gatehouse.Detection.Content;

/// <summary>The known facts of the content model, kept with its weights.</summary>
internal sealed record ContentCard
{
    /// <summary>Version of the form of features and weights.</summary>
    public const int FormatVersion = 4;

    /// <summary>Version of the form.</summary>
    public int Version { get; init; } = FormatVersion;

    /// <summary>SHA-256 of the weights.</summary>
    public string Weights { get; init; } = "";

    /// <summary>SHA-256 of the lexicon that it was trained with.</summary>
    public string Lexicon { get; init; } = "";

    /// <summary>SHA-256 over the files that it was trained on: those of the authors, then the public sets.</summary>
    public string TrainingData { get; init; } = "";

    /// <summary>Texts of the corpus that it was trained on.</summary>
    public int Texts { get; init; }

    /// <summary>Texts of public sources that it was trained on.</summary>
    public int PublicTexts { get; init; }

    /// <summary>The owner of the weights, and their content.</summary>
    public string Licence { get; init; } = "";

    /// <summary>Steps, biases and thresholds of definitions, results and prompts.</summary>
    public IReadOnlyList<HeadScale> Scales { get; init; } = [];
}

namespace Gatehouse.Detection.Model;

/// <summary>The known facts of a learned model, kept with its weights.</summary>
public sealed record ModelCard
{
    /// <summary>Version of the form of features and weights.</summary>
    public const int FormatVersion = 1;

    /// <summary>Version of the form.</summary>
    public int Version { get; init; } = FormatVersion;

    /// <summary>Its name.</summary>
    public string Name { get; init; } = "";

    /// <summary>SHA-256 of the weights.</summary>
    public string Weights { get; init; } = "";

    /// <summary>SHA-256 of the file that it was trained on.</summary>
    public string TrainingData { get; init; } = "";

    /// <summary>Number of texts that it was trained on.</summary>
    public int Texts { get; init; }

    /// <summary>Number of further texts, composed from phrases of our own by `bench/Gatehouse.Evaluation`.</summary>
    public int OwnTexts { get; init; }

    /// <summary>SHA-256 of the table of concepts that it was trained with.</summary>
    public string Concepts { get; init; } = "";

    /// <summary>The owner of the weights, and their content.</summary>
    public string Licence { get; init; } = "";

    /// <summary>Log-odds of an empty window.</summary>
    public double Bias { get; init; }

    /// <summary>Texts with log-odds at or above this are reported.</summary>
    public double Threshold { get; init; }
}

namespace Gatehouse.Settings;

/// <summary>What happens to a message in which something was found, in rising order: of several findings, the strongest action counts.</summary>
public enum InspectionAction
{
    /// <summary>It passes, and the record has the finding.</summary>
    Record = 0,

    /// <summary>It passes with a notice for the model, which has nothing of the text. A message that can hold none is blocked.</summary>
    Annotate,

    /// <summary>A request waits for the approval of a person. A result is blocked.</summary>
    Ask,

    /// <summary>It does not pass. Its receiver gets an error, or a notice in its place.</summary>
    Block,
}

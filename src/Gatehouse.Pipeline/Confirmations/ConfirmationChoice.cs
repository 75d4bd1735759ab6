namespace Gatehouse.Pipeline.Confirmations;

/// <summary>The answer of a client to a confirmation. One of them is a yes. The default value is none.</summary>
public enum ConfirmationChoice
{
    /// <summary>The answer has another form than the protocol gives it, or there is none.</summary>
    Malformed,

    /// <summary>The person chose to carry out the call.</summary>
    Yes,

    /// <summary>The person chose not to carry it out.</summary>
    No,

    /// <summary>The person declined the question.</summary>
    Declined,

    /// <summary>The person closed the question without an answer.</summary>
    Cancelled,

    /// <summary>The client accepted without the value that the person has to choose.</summary>
    WithoutChoice,

    /// <summary>The client accepted with a value that was not offered.</summary>
    OtherChoice,

    /// <summary>The client accepted with further values, or answered further questions, that the gateway did not ask.</summary>
    MoreThanAsked,

    /// <summary>The client answered with an error.</summary>
    Failed,
}

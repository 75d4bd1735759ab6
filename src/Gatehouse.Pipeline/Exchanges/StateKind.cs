namespace Gatehouse.Pipeline.Exchanges;

/// <summary>The kinds of request states that the gateway gives to clients. The values are part of the sealed form.</summary>
public enum StateKind : byte
{
    /// <summary>A state of a server in an envelope. It opens as often as the server allows.</summary>
    Server = 0,

    /// <summary>
    /// The end of a hold: the client sends the request again with it and is held again. It counts the rounds, is used once, and approves nothing.
    /// </summary>
    Hold = 1,

    /// <summary>A later round of a call that a person approved: the server asked the client for input. It is used once.</summary>
    Round = 2,

    /// <summary>A confirmation that the client is asked for. It is used once, and the answer beside it is the yes or no.</summary>
    Confirm = 3,

    /// <summary>A page that the person visits before the request can be carried out. It is used once, and gives no right.</summary>
    Visit = 4,
}

namespace Gatehouse.Pipeline.Conversations;

/// <summary>The state of a question of a server.</summary>
internal enum ServerQuestionState
{
    /// <summary>The client may answer it.</summary>
    Open,

    /// <summary>The client has answered it, and the answer is on the way to the server.</summary>
    Answering,

    /// <summary>The server has the answer, or may have it.</summary>
    Answered,

    /// <summary>The server took it back.</summary>
    TakenBack,
}

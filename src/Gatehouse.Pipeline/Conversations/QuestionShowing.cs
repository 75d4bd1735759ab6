namespace Gatehouse.Pipeline.Conversations;

/// <summary>How a question of a server is handled.</summary>
internal enum QuestionShowing
{
    /// <summary>The client may not be shown it, or another question waits under its id.</summary>
    Refused,

    /// <summary>The client is shown it.</summary>
    Shown,

    /// <summary>
    /// It was answered or taken back, and a stream that was resumed brings it again. A person would be asked twice, and the server would get two
    /// answers.
    /// </summary>
    Repeated,
}

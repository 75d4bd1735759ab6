namespace Gatehouse.Detection.Messages;

/// <summary>Places in the protocol where a text of a message can be. Policy names these places, and each has the thresholds of its head.</summary>
public enum MessagePlace
{
    /// <summary>Arguments of a tool or prompt, a value to complete, and what else a request carries.</summary>
    Argument = 0,

    /// <summary>What the client answers to a question of the server: the content of a form, the text of a sampling.</summary>
    Answer,

    /// <summary>The result of a tool, also of a task.</summary>
    Result,

    /// <summary>The content of a resource.</summary>
    Resource,

    /// <summary>The messages of a prompt.</summary>
    Prompt,

    /// <summary>Values that complete an argument.</summary>
    Completion,

    /// <summary>An error of the protocol, and a result that says of itself that it is an error.</summary>
    Error,

    /// <summary>A notification: a log message, progress, the status of a task.</summary>
    Notification,

    /// <summary>Messages that a server asks the client's model to answer.</summary>
    Sampling,

    /// <summary>A question of a server to the person.</summary>
    Elicitation,

    /// <summary>Any other text of a message.</summary>
    Other,
}

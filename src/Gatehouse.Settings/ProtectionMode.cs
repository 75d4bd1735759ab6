namespace Gatehouse.Settings;

/// <summary>The treatment of a secret or a personal datum in a message, in rising order: of several in a message, the strongest counts.</summary>
public enum ProtectionMode
{
    /// <summary>It passes, and a token of the conversation in its place becomes the value again.</summary>
    Reveal = 0,

    /// <summary>It passes, and the record names it.</summary>
    Observe,

    /// <summary>The message passes with a notice for the model. A message that can hold none is blocked.</summary>
    Notice,

    /// <summary>A placeholder with its kind is in its place.</summary>
    Mask,

    /// <summary>
    /// A token of the conversation is in its place, which becomes the value again where a rule says <see cref="Reveal"/>.
    /// </summary>
    Tokenise,

    /// <summary>A request waits for the approval of a person. A result is withheld until a person has looked at it.</summary>
    Approve,

    /// <summary>The message does not pass.</summary>
    Block,
}

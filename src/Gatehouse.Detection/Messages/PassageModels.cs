using Gatehouse.Detection.Content;

namespace Gatehouse.Detection.Messages;

/// <summary>The models of this build by place.</summary>
internal static class PassageModels
{
    private static readonly PassageModel Results = new(ContentFile.Default, ContentHead.Results);
    private static readonly PassageModel Prompts = new(ContentFile.Default, ContentHead.Prompts, isPrompt: true);
    private static readonly PassageModel Questions = new(ContentFile.Default, ContentHead.Prompts);

    public static PassageModel For(MessagePlace place) => place switch
    {
        MessagePlace.Prompt => Prompts,
        MessagePlace.Sampling or MessagePlace.Answer => Questions,
        _ => Results,
    };
}
